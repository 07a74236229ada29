nav-policies = Richtlinie
policies-lead = Regeln, die über Anträge entscheiden, von oben nach unten. Die erste, die zutrifft, entscheidet.
policies-rules = Geltende Regeln
policies-none = Es gibt keine Regeln: Jeder Antrag geht nach dem Profil seines Endpunkts weiter.
policies-order = Nr.
policies-rule = Regel
policies-when = Wenn
policies-outcome = Dann
policies-always = Jeder Antrag
policies-allow = Weiter
policies-refuse = Ablehnen
policies-ask = Erst fragen
policies-use-profile = Profil { $x } nehmen
policies-else = Trifft keine Regel zu, geht ein Antrag nach dem Profil seines Endpunkts weiter.
policies-edit = Um die Regeln zu ändern, bearbeiten Sie die Abschnitte [[policy]] in der Einstellungsdatei; probieren Sie sie zuerst hier aus.
policies-test = Einen Antrag ausprobieren
policies-test-lead = Sehen Sie, was die Regeln zu einem Antrag sagen, welche Tatsachen sie ansahen und was im Zertifikat stünde. Es wird nichts ausgestellt.
policies-transaction = Ein vergangener Antrag, nach seiner Transaktion
policies-transaction-hint = Wie die Seite eines Antrags sie zeigt. Leer: Fügen Sie stattdessen unten einen Antrag ein.
policies-renewal = Als erneuere das Gerät sein Zertifikat
policies-other = Andere Regeln als die geltenden
policies-other-rules = Regeln zum Ausprobieren (Abschnitte [[policy]])
policies-test-do = Ausprobieren
policies-by = nach der Regel { $x }
policies-by-none = keine Regel traf zu
policies-trace = Wie entschieden wurde
policies-matched = traf zu und entschied
policies-matched-not = traf nicht zu
policies-fact = Tatsache
policies-expected = Verlangt
policies-found = Gefunden
policies-holds = Trifft zu
policies-holds-not = Trifft nicht zu
policies-unknown = Nicht bekannt
policies-facts = Alles, was die Regeln ansehen konnten
policies-replay = An vergangenen Anträgen nachspielen
policies-replay-lead = Ändern Sie unten die Regeln und sehen Sie, welche vergangenen Anträge sie anders entschieden hätten. Es wird nichts verändert.
policies-days = Anträge der letzten Tage
policies-replay-do = Nachspielen
policies-differ =
    { $n ->
        [one] vergangener Antrag würde anders entschieden.
       *[other] vergangene Anträge würden anders entschieden.
    }
policies-skipped =
    { $n ->
        [one] Von { $n } weiteren ist zu wenig aufgezeichnet.
       *[other] Von { $n } weiteren ist zu wenig aufgezeichnet.
    }
policies-no-change = Diese Regeln hätten jeden vergangenen Antrag so entschieden, wie er entschieden wurde.
policies-at = Wann
policies-was = War
policies-is = Wäre
policies-why = Warum
