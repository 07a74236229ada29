frame-skip = Zum Inhalt
frame-search = Zertifikat suchen
frame-search-hint = Seriennummer, Fingerabdruck, Gerät, Benutzer, Name
frame-find = Suchen
frame-menu = Seiten
frame-sign-out = Abmelden
frame-signed-in-as = Angemeldet als { $x }
frame-docs = Dokumentation
frame-more = Weitere
frame-copy = Kopieren
frame-table = Als Tabelle
frame-words = Wörter
frame-further = Nichts unter den durchgesehenen Zeilen. Mit „Weitere“ wird weitergesucht.
frame-filter = Filtern
frame-all = Alle zeigen
frame-no-match = Nichts passt zu diesen Filtern.
frame-no-more = Mehr gibt es nicht.
frame-missing = Dieser Teil kann gerade nicht gezeigt werden:
frame-withheld = Ihre Rolle zeigt das nicht.

nav-group-watch = Beobachten
nav-group-certificates = Zertifikate
nav-group-set-up = Einrichten
nav-group-system = System

problem-heading = Das ging nicht
problem-home = Zurück zum Anfang
problem-401 = Melden Sie sich zuerst an.
problem-403 = Ihre Rolle erlaubt das nicht.
problem-404 = Diese Seite gibt es nicht, oder das, wovon sie handelte, ist nicht mehr da.
problem-413 = Das war zu lang.
problem-500 = Auf unserer Seite stimmt etwas nicht. Das Protokoll sagt mehr.
problem-foreign-form = Dieses Formular kam nicht von einer Seite dieser Sitzung. Öffnen Sie die Seite neu und senden Sie es von dort.

count-certificates =
    { $n ->
        [one] { $n } Zertifikat
       *[other] { $n } Zertifikate
    }
