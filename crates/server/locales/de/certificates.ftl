nav-certificates = Zertifikate
certificates-lead = Finden Sie ein Zertifikat nach allem, was darin steht. Die Adresse dieser Seite enthält die Suche, Sie können sie also weitergeben.
certificates-q = Beliebiges
certificates-status = Stand
certificates-any = Jeder
certificates-all = Alle zeigen
certificates-more-filters = Weitere Filter
certificates-profile = Profil
certificates-endpoint = Endpunkt
certificates-device = Gerät
certificates-user = Benutzer
certificates-requester = Verbürgt von
certificates-serial = Seriennummer
certificates-subject = Name
certificates-issued = Ausgestellt
certificates-ends = Gültig bis
certificates-ends-from = Endet ab
certificates-ends-before = Endet vor
certificates-ends-within = Endet binnen Tagen
certificates-thumbprint = Fingerabdruck
certificates-none = Kein Zertifikat passt. Versuchen Sie weniger Wörter, oder nehmen Sie Filter weg.
certificates-not-yet = Bisher nichts gefunden. Es gibt noch mehr zu durchsuchen.
certificates-export = Als CSV ausgeben
certificates-tick = { $x } auswählen
certificates-tick-all = Alle auf dieser Seite auswählen
certificates-since = seit

standing-good = Gültig
standing-held = Ausgesetzt
standing-revoked = Widerrufen
standing-expired = Abgelaufen

deed-revoke = Widerrufen
deed-hold = Aussetzen
deed-release = Freigeben
deed-revoke-ticked = Ausgewählte widerrufen
deed-hold-ticked = Ausgewählte aussetzen
deed-release-ticked = Ausgewählte freigeben
deed-revoke-one = Widerrufen
deed-hold-one = Aussetzen
deed-release-one = Freigeben
deed-revoke-all = Alle Zertifikate widerrufen
deed-hold-all = Alle Zertifikate aussetzen
deed-asked-first = Die nächste Seite zeigt, was geschehen wird. Vor Ihrer Bestätigung dort geschieht nichts.
deed-too-many = Höchstens { $n } Zertifikate auf einmal. Wählen Sie weniger aus.
deed-changed =
    { $n ->
        [0] Nichts wurde geändert
        [one] { $n } Zertifikat geändert
       *[other] { $n } Zertifikate geändert
    }
deed-seen-soon = Wer über OCSP fragt, erfährt es binnen einer Sekunde; in der Sperrliste steht es binnen einer Minute. WLAN und VPN bemerken es bei ihrer nächsten Prüfung.
deed-result = Was daraus wurde

ask-revoke = Endgültig widerrufen?
ask-hold = Aussetzen?
ask-release = Aussetzung beenden?
ask-means-revoke = Das lässt sich nicht rückgängig machen. WLAN, VPN und andere Dienste lehnen das Zertifikat von da an ab. Das Gerät kann ein neues erhalten, wenn sein Profil noch eines verlangt. Wenn Sie nur sichergehen wollen, bis Sie mehr wissen, setzen Sie es aus.
ask-means-hold = Dienste lehnen das Zertifikat ab, solange es ausgesetzt ist. Sie können die Aussetzung jederzeit beenden, dann gilt dasselbe Zertifikat wieder.
ask-means-release = Das Zertifikat gilt wieder, es sei denn, auch eine Regel setzt es aus: dann bleibt es ausgesetzt, bis diese Regel erfüllt ist.
ask-device = Alle noch laufenden Zertifikate des Geräts
ask-user = Alle noch laufenden Zertifikate des Benutzers
ask-nothing = Es ist kein Zertifikat ausgewählt, oder keines davon ist in Kraft. Gehen Sie zurück und wählen Sie mindestens eines aus.
ask-back = Zurück, nichts ändern
ask-will-change =
    { $n ->
        [0] Nichts würde sich ändern
        [one] { $n } Zertifikat wird sich ändern
       *[other] { $n } Zertifikate werden sich ändern
    }
ask-now = Jetzt
ask-then = Danach
ask-why = Warum?

fate-revoked = Endgültig widerrufen
fate-held = Ausgesetzt
fate-released = Freigegeben, falls Sie oder jemand aus Ihrem Haus es ausgesetzt hat
fate-unchanged = Wie bisher: es ist nicht ausgesetzt
fate-stays-revoked = Wie bisher: schon widerrufen
fate-stays-held = Wie bisher: schon ausgesetzt

reason-cessationOfOperation = Nicht mehr gebraucht: das Gerät wurde ausgemustert, oder jemand ist gegangen
reason-keyCompromise = Der Schlüssel kann in fremden Händen sein: das Gerät wurde verloren, gestohlen oder angegriffen
reason-superseded = Ein anderes Zertifikat hat seinen Platz eingenommen
reason-affiliationChanged = Die Namen darin stimmen nicht mehr
reason-privilegeWithdrawn = Der Inhaber darf es nicht mehr haben
reason-unspecified = Ein anderer Grund

result-revoked = Widerrufen
result-released = Freigegeben
result-still-on-hold-by-another-rule = Durch eine andere Regel weiter ausgesetzt
result-already-revoked = War schon widerrufen
result-not-on-hold-by-an-administrator--see-cert-why- = Nicht von Hand ausgesetzt; seine Seite zeigt, welche Regel es aussetzt
result-unknown = Es gibt kein solches Zertifikat

done-revoked = Widerrufen. OCSP sagt es binnen einer Sekunde, die Sperrliste binnen einer Minute.
done-held = Ausgesetzt. Auf dieser Seite können Sie die Aussetzung beenden.
done-released = Freigegeben. Ist es noch ausgesetzt, dann auch durch eine Regel: siehe unten.

advice-good =
    Nichts zu tun. { $n ->
        [one] Ein Tag bleibt
       *[other] { $n } Tage bleiben
    }; das Gerät erneuert es von selbst, wenn noch ein Fünftel der Laufzeit übrig ist.
advice-due =
    Es ist Zeit für die Erneuerung, und { $n ->
        [0] weniger als ein Tag bleibt
        [one] ein Tag bleibt
       *[other] { $n } Tage bleiben
    }. Das Gerät erledigt das von selbst, wenn es sich wieder meldet. Ist das eine Woche lang nicht geschehen, sehen Sie nach, ob es eingeschaltet ist und sein Profil noch erhält.
advice-renewed = Das Gerät hat schon ein neueres Zertifikat. Dieses kann auslaufen.
advice-held-by-hand = Es wurde von Hand ausgesetzt. Geben Sie es frei, wenn der Grund entfallen ist, oder widerrufen Sie es endgültig.
advice-held = Eine Regel setzt es aus, siehe unten. Es gilt von selbst wieder, sobald die Regel erfüllt ist, etwa wenn das Gerät wieder konform ist.
advice-revoked = Es ist endgültig widerrufen, und nichts bringt es zurück. Soll das Gerät wieder Zugang haben, lassen Sie es ein neues Zertifikat anfordern: sein Profil tut das, wenn es sich das nächste Mal meldet.
advice-expired = Es ist abgelaufen. Wird das Gerät noch benutzt, sehen Sie nach, ob es ein neueres Zertifikat hat; wenn nicht, finden Sie heraus, warum es nicht erneuert hat.

seen-yes = In Gebrauch gesehen
seen-no = Noch nicht in Gebrauch gesehen
seen-title = In Gebrauch
seen-last = zuletzt
seen-hint = Noch hat niemand danach gefragt. Dass ein MDM Erfolg meldet, beweist nicht, dass das Gerät es benutzt.

certificate-why = Warum es so steht
certificate-nothing-against = Keine Regel spricht gegen dieses Zertifikat.
certificate-rule = Regel
certificate-since = Seit
certificate-evidence = Beleg
certificate-lasts = Kann es enden?
certificate-for-good = Endgültig
certificate-can-end = Kann enden
certificate-notification = Dem MDM gemeldet
certificate-renewed-by = Ersetzt durch
certificate-renewal-of = Hat ersetzt
certificate-itself = Was darin steht
certificate-names = Weitere Namen
certificate-purposes = Wofür es benutzt werden darf
certificate-usage = Schlüsselverwendung
certificate-key = Schlüssel
certificate-requested = Angefordert
certificate-transaction = Registrierung
certificate-chain = Wer für wen bürgt
certificate-binding = Wen es nennt
certificate-nobody = Es nennt niemanden, den ein Verzeichnis kennt. Nur von Hand wird es widerrufen.
certificate-nothing-said = Das Verzeichnis hat noch nichts davon gesagt.
certificate-read = zuletzt gelesen
certificate-history = Was geschah
certificate-row = Zeile { $n } des Protokolls
certificate-check = Mit einem anderen Programm prüfen
certificate-check-hint = Die erste Zeile holt das Zertifikat der CA, die zweite fragt, ob dieses Zertifikat gültig ist. „good“ in der Antwort heißt gültig.
certificate-no-address = Es nennt keine OCSP-Adresse, andere Programme können also nicht danach fragen.
certificate-list = Sperrliste:
certificate-raw = Herunterladen
certificate-with-chain = PEM mit Kette
certificate-show-pem = PEM zeigen

validity-title = Seine Laufzeit
validity-begins = Beginn
validity-renewal = Erneuerung
validity-ends = Ende
validity-now = jetzt

rule-manual = Von Hand
rule-withheld = Das MDM hat es nicht angenommen
rule-revocation-queue = Intune hat darum gebeten
rule-superseded = Ein neueres Zertifikat ist in Gebrauch
rule-device-deleted = Das Gerät wurde gelöscht
rule-device-retired = Das Gerät wurde abgemeldet oder zurückgesetzt
rule-device-disabled = Das Konto des Geräts ist deaktiviert
rule-device-noncompliant = Das Gerät ist nicht konform
rule-user-deleted = Der Benutzer wurde gelöscht
rule-user-disabled = Das Konto des Benutzers ist deaktiviert
rule-user-risk = Das Konto des Benutzers ist gefährdet
rule-not-found = Das Verzeichnis kennt nicht, wen es nennt

event-certificate-seen = In Gebrauch gesehen

purpose-Client-Authentication = An Netzen und Diensten anmelden
purpose-Server-Authentication = Einen Server ausweisen
purpose-Secure-Email = Sichere E-Mail
purpose-Code-Signing = Programme signieren
purpose-OCSP-Signing = OCSP-Antworten signieren

notification-pending = Noch nicht; es wird wieder versucht
notification-accepted = Ja
notification-dead = Nein: das MDM hat sie nie angenommen
