nav-renewals = Erneuerungen
renewals-lead = Ein Gerät erneuert von selbst, wenn ein Fünftel der Laufzeit seines Zertifikats übrig ist. Diese Seite sagt, wie viele an welchem Tag kommen und wer sich verspätet.
renewals-late-word = Verspätet
renewals-late =
    { $n ->
        [one] { $n } Zertifikat hätte erneuert werden sollen und wurde es nicht.
       *[other] { $n } Zertifikate hätten erneuert werden sollen und wurden es nicht.
    }
renewals-late-do = Was zuerst endet, steht oben. Prüfen Sie, ob diese Geräte eingeschaltet sind, diesen Server erreichen und ihr Profil noch haben; sehen Sie dann ihre letzte Registrierung an.
renewals-on-time = Pünktlich
renewals-none-late = Kein Gerät ist verspätet.
renewals-forecast = Zertifikate, die ab diesem Tag erneuert werden können, die nächsten 90 Tage
renewals-coming =
    { $n ->
        [one] { $n } Zertifikat kann in dieser Zeit erneuert werden.
       *[other] { $n } Zertifikate können in dieser Zeit erneuert werden.
    }
renewals-at-risk = Verspätet
renewals-whose = Wessen
renewals-ends = Endet
renewals-profile = Profil
