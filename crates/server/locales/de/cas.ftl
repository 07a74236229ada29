nav-cas = CAs
cas-lead = Geräte müssen die Wurzel kennen, bevor sie etwas vertrauen, das diese CA ausstellt. Laden Sie ihr Zertifikat hier herunter und geben Sie es ihnen als Erstes als vertrauenswürdige Wurzel.
cas-tree = Wer wen signiert
cas-tree-hint = Die Wurzel signiert die ausstellende CA, diese signiert Geräte
cas-as-list = Als Liste
cas-signed-by = signiert von
cas-lifetimes = Bis wann jedes gilt
cas-cer = .cer herunterladen
cas-root-hint = Für Intune: Laden Sie die .cer-Datei als Profil „Vertrauenswürdiges Zertifikat“ hoch und weisen Sie es denselben Gruppen zu wie das SCEP-Profil.
cas-issuing-hint = Für Intune: Laden Sie die .cer-Datei als zweites Profil „Vertrauenswürdiges Zertifikat“ hoch, für den Zwischenspeicher.
cas-crl = Sperrliste (CRL)
cas-ocsp = OCSP
cas-delegates = Wer für sie spricht
cas-delegates-hint = Diese erneuern sich selbst, bevor sie enden. Sie müssen nichts tun, außer eines ist als abgelaufen gekennzeichnet.
cas-role = Aufgabe
role-root = Wurzel
role-issuing = Ausstellende CA
role-ra = SCEP-Gateway (RA)
role-ocsp = OCSP-Signierer
lifetime-good = Gültig
lifetime-soon = Endet bald
lifetime-over = Abgelaufen
cas-retired =
    { $n ->
        [one] Ein weiteres hat ausgedient und wird nicht gezeigt.
       *[other] { $n } weitere haben ausgedient und werden nicht gezeigt.
    }
cas-public = Wo Geräte es holen
cas-no-address = public_url ist nicht gesetzt: Zertifikate, die jetzt ausgestellt werden, nennen weder Sperrliste noch OCSP. Setzen Sie es in der Einstellungsdatei, bevor sich das erste Gerät registriert.
