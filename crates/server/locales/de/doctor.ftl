nav-doctor = Diagnose
doctor-lead = Sieht nach Einstellungen, Festplatte, Schlüsseln, Zertifikaten, Anschlüssen und Uhr. Dabei wird nichts verändert.
doctor-clean = Es ist alles in Ordnung.
doctor-found =
    { $n ->
        [one] { $n } Sache braucht Sie.
       *[other] { $n } Sachen brauchen Sie. Beginnen Sie oben.
    }
doctor-fix = Was zu tun ist
doctor-well = Was in Ordnung ist
doctor-what = Angesehen
doctor-said = Wie es ist
doctor-again = Noch einmal nachsehen
doctor-outside = Ob Geräte von außen hierher kommen, wird an der Befehlszeile geprüft, auf einem Rechner dort draußen:

nav-settings = Einstellungen
settings-lead = Wonach der Server läuft, und wer es gesetzt hat. Geheimnisse werden nicht gezeigt. Das Portal ändert keine Einstellungen: Bearbeiten Sie die Datei, die als Quelle genannt ist, und starten Sie den Server neu.
settings-all = Auch Vorgaben zeigen
settings-chosen = Nur Gesetztes zeigen
settings-key = Einstellung
settings-value = Wert
settings-origin = Gesetzt durch
