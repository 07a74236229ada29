docs-title = Dokumentation
docs-lead = Alles hier gehört zum Programm und braucht kein Internet. Die Seiten selbst sind auf Englisch.
docs-search = Ein Code oder Wörter
docs-found =
    { $n ->
        [0] Nichts gefunden
        [one] { $n } Abschnitt
       *[other] { $n } Abschnitte
    }
docs-none = Kein Abschnitt enthält alle diese Wörter. Versuchen Sie es mit weniger, oder mit dem Code aus der Meldung.
docs-errors = Fehlersuche: was ein Code bedeutet
docs-errors-hint = Ursache, wo man nachsieht und was hilft, zu jedem CHY-Code.
docs-profiles = Was an einem MDM-Profil nicht stimmt
docs-profiles-hint = Jeder Befund des Prüfers (PRF-Codes) mit seiner Abhilfe.
docs-all = Alle Seiten
