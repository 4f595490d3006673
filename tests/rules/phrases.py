"""Phrases as people type them, each with what it means on Monday 23 November 2026, at nine in Stockholm."""

ENGLISH = """
Thursday 26 at 12:00 => Thu 2026-11-26 12:00
Friday 27 => Fri 2026-11-27
Good Friday => Fri 2027-03-26
Christmas Eve at 15:00 => Thu 2026-12-24 15:00
last working day of the month at 16:00 => Mon 2026-11-30 16:00
in 2 working hours => Mon 2026-11-23 11:00
a week from Monday => Mon 2026-11-30
two weeks from Friday => Fri 2026-12-11
Tuesday in two weeks => Tue 2026-12-08
Monday for 3 days => Mon 2026-11-23..Wed 2026-11-25
last day of every month => Mon 2026-11-30 FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1
every first Monday at 9 => Mon 2026-12-07 09:00 FREQ=MONTHLY;BYDAY=1MO
every last Friday => Fri 2026-11-27 FREQ=MONTHLY;BYDAY=-1FR
Tuesday next week => Tue 2026-12-01
Monday 30th => Mon 2026-11-30
first Monday of next month => Mon 2026-12-07
all day tomorrow => Tue 2026-11-24
first thing tomorrow => Tue 2026-11-24 09:00
in a fortnight => Mon 2026-12-07
Mon-Fri 9:00 => Tue 2026-11-24 09:00 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
tomorrow 14:00 for 45m, every week => Tue 2026-11-24 14:00 FREQ=WEEKLY;BYDAY=TU
every week tomorrow 14:00 => Tue 2026-11-24 14:00 FREQ=WEEKLY;BYDAY=TU
Friday 10:00 every other week => Fri 2026-11-27 10:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=FR
tomorrow 3pm for 45m => Tue 2026-11-24 15:00-15:45
next Tuesday 14-15:30 => Tue 2026-12-01 14:00-15:30
every other Monday 9:00 until 30 June => Mon 2026-11-30 09:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;UNTIL=20270630
Friday noon => Fri 2026-11-27 12:00
in 2 weeks => Mon 2026-12-07
end of month => Mon 2026-11-30
the 27th => Fri 2026-11-27
first Tuesday of every month => Tue 2026-12-01 FREQ=MONTHLY;BYDAY=1TU
weekdays at 8:30 => Tue 2026-11-24 08:30 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR skip
2026-12-24 => Thu 2026-12-24
24/12 => Thu 2026-12-24
24 dec => Thu 2026-12-24
tomorrow 9:00 EST => Tue 2026-11-24 09:00 Etc/GMT+5
at 17 => Mon 2026-11-23 17:00
at 8 => Tue 2026-11-24 08:00
half past three => Mon 2026-11-23 15:30
quarter to four => Mon 2026-11-23 15:45
Friday 3 => Fri 2026-11-27 15:00
8 Mar to 12 Mar => Mon 2027-03-08..Fri 2027-03-12
8-12 March => Mon 2027-03-08..Fri 2027-03-12
today afternoon => Mon 2026-11-23 14:00
in 20 minutes => Mon 2026-11-23 09:20
in an hour and a half => Mon 2026-11-23 10:30
every day at 9 => Tue 2026-11-24 09:00 FREQ=DAILY
every 2 weeks on Tuesday at 10 => Tue 2026-11-24 10:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=TU
last Friday of the month => Fri 2026-11-27
last working day of every month at 16:00 => Mon 2026-11-30 16:00 FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1 before
tonight => Mon 2026-11-23 18:00
every month on the 15th at 9 => Tue 2026-12-15 09:00 FREQ=MONTHLY;BYMONTHDAY=15
every year on 24 December => Thu 2026-12-24 FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24
Mondays and Thursdays at 10 => Mon 2026-11-23 10:00 FREQ=WEEKLY;BYDAY=MO,TH
Tuesday and Thursday at 14 => Tue 2026-11-24 14:00 FREQ=WEEKLY;BYDAY=TU,TH;COUNT=2
every day 10 times at 9 => Tue 2026-11-24 09:00 FREQ=DAILY;COUNT=10
next week => Mon 2026-11-30..Sun 2026-12-06
tomorrow morning => Tue 2026-11-24 09:00
Friday 3pm => Fri 2026-11-27 15:00
3-4pm tomorrow => Tue 2026-11-24 15:00-16:00
in 3 working days => Thu 2026-11-26
45m => 45 min
2h 30m => 150 min
week 12 => Mon 2027-03-22..Sun 2027-03-28
Friday, 19 March => Fri 2027-03-19
dec 24th 2027 at noon => Fri 2027-12-24 12:00
tomorrow at midnight => Wed 2026-11-25 00:00
EOD => Mon 2026-11-23 17:00
by Friday => Fri 2026-11-27
every third Thursday => Thu 2026-11-26 FREQ=WEEKLY;INTERVAL=3;BYDAY=TH
every 1st of the month => Tue 2026-12-01 FREQ=MONTHLY;BYMONTHDAY=1
monday to wednesday => Mon 2026-11-23..Wed 2026-11-25
31 Oct 2027 2:30am CET => Sun 2027-10-31 02:30 Etc/GMT-1
29 feb => Tue 2028-02-29
31st => Thu 2026-12-31
Monday => Mon 2026-11-23
this Friday => Fri 2026-11-27
coming Wednesday => Wed 2026-11-25
day after tomorrow at 8:15 => Wed 2026-11-25 08:15
next Monday 9am => Mon 2026-11-30 09:00
12pm tomorrow => Tue 2026-11-24 12:00
5 March 2027 => Fri 2027-03-05
March 5th, 2027 at 4:45 pm => Fri 2027-03-05 16:45
on the 3rd at 10 => Thu 2026-12-03 10:00
end of next month => Thu 2026-12-31
end of the year => Thu 2026-12-31
start of next week => Mon 2026-11-30
this weekend => Sat 2026-11-28..Sun 2026-11-29
in 90 minutes => Mon 2026-11-23 10:30
in 1.5 hours => Mon 2026-11-23 10:30
3 days from now => Thu 2026-11-26
every weekday at 17:00 => Mon 2026-11-23 17:00 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR skip
every 2nd Friday of the month at 11 => Fri 2026-12-11 11:00 FREQ=MONTHLY;BYDAY=2FR
every quarter => Mon 2026-11-23 FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=23
biweekly on Monday at 9 => Mon 2026-11-30 09:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=MO
daily at 7:45 => Tue 2026-11-24 07:45 FREQ=DAILY
weekly on Thursday 13:00 until 2027-02-01 => Thu 2026-11-26 13:00 FREQ=WEEKLY;BYDAY=TH;UNTIL=20270201
noon => Mon 2026-11-23 12:00
at 1430 tomorrow => Tue 2026-11-24 14:30
tomorrow 9-11 => Tue 2026-11-24 09:00-11:00
Saturday from 10 to 12 => Sat 2026-11-28 10:00-12:00
Friday 22:00-01:00 => Fri 2026-11-27 22:00-01:00
tomorrow 08:00 Europe/Madrid => Tue 2026-11-24 08:00 Europe/Madrid
25/12/2026 => Fri 2026-12-25
twelve days from now => Sat 2026-12-05
every morning => Tue 2026-11-24 09:00 FREQ=DAILY
"""

SWEDISH = """
torsdag 26 kl 12 => Thu 2026-11-26 12:00
långfredagen kl 10 => Fri 2027-03-26 10:00
midsommarafton => Fri 2027-06-25
imorgon kl 02.30 => Tue 2026-11-24 02:30
om 10 arbetstimmar => Tue 2026-11-24 10:00
måndag om en vecka => Mon 2026-11-30
måndag i två dagar => Mon 2026-11-23..Tue 2026-11-24
den sista varje månad => Mon 2026-11-30 FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1
på måndag nästa vecka => Mon 2026-11-30
kl 3 em imorgon => Tue 2026-11-24 15:00
om fjorton dagar => Mon 2026-12-07
tisdag v 50 => Tue 2026-12-08
måndag den 30 => Mon 2026-11-30
inatt => Mon 2026-11-23 21:00
tisdag och torsdag kl 14 => Tue 2026-11-24 14:00 FREQ=WEEKLY;BYDAY=TU,TH;COUNT=2
imorgon halv tre => Tue 2026-11-24 14:30
om en kvart => Mon 2026-11-23 09:15
varannan måndag kl 9 => Mon 2026-11-30 09:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=MO
i övermorgon => Wed 2026-11-25
fem i halv tre => Mon 2026-11-23 14:25
kvart i tre => Mon 2026-11-23 14:45
kvart över tre => Mon 2026-11-23 15:15
nästa fredag => Fri 2026-12-04
på fredag => Fri 2026-11-27
den 27:e => Fri 2026-11-27
den 27 => Fri 2026-11-27
24/12 => Thu 2026-12-24
24 dec => Thu 2026-12-24
varje vardag kl 8.30 => Tue 2026-11-24 08:30 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR skip
första tisdagen i varje månad => Tue 2026-12-01 FREQ=MONTHLY;BYDAY=1TU
i 45 minuter => 45 min
imorgon kl 10 i en timme => Tue 2026-11-24 10:00-11:00
från 8 mars till 12 mars => Mon 2027-03-08..Fri 2027-03-12
8-12 mars => Mon 2027-03-08..Fri 2027-03-12
om två veckor => Mon 2026-12-07
ikväll => Mon 2026-11-23 18:00
imorgon bitti => Tue 2026-11-24 09:00
slutet av månaden => Mon 2026-11-30
vecka 12 => Mon 2027-03-22..Sun 2027-03-28
var tredje vecka => Mon 2026-11-23 FREQ=WEEKLY;INTERVAL=3;BYDAY=MO
måndagar kl 9 => Mon 2026-11-30 09:00 FREQ=WEEKLY;BYDAY=MO
varje fredag till och med 30 juni => Fri 2026-11-27 FREQ=WEEKLY;BYDAY=FR;UNTIL=20270630
om tre arbetsdagar => Thu 2026-11-26
kl 17 => Mon 2026-11-23 17:00
mellan 14 och 15 imorgon => Tue 2026-11-24 14:00-15:00
på tisdag 14-15:30 => Tue 2026-11-24 14:00-15:30
sista fredagen i månaden kl 15 => Fri 2026-11-27 15:00
om en halvtimme => Mon 2026-11-23 09:30
nästa vecka => Mon 2026-11-30..Sun 2026-12-06
mån-fre => Mon 2026-11-23..Fri 2026-11-27
lördag kl 11 => Sat 2026-11-28 11:00
måndag kl 15 => Mon 2026-11-23 15:00
om 10 minuter => Mon 2026-11-23 09:10
om en månad => Wed 2026-12-23
den 3 mars 2027 kl 16.45 => Wed 2027-03-03 16:45
imorgon vid lunch => Tue 2026-11-24 12:00
idag kl 13 => Mon 2026-11-23 13:00
tio i fyra => Mon 2026-11-23 15:50
fem över halv tre => Mon 2026-11-23 14:35
halv åtta imorgon => Tue 2026-11-24 07:30
varje dag kl 7.45 => Tue 2026-11-24 07:45 FREQ=DAILY
onsdagar och fredagar kl 10 => Wed 2026-11-25 10:00 FREQ=WEEKLY;BYDAY=WE,FR
varannan vecka på torsdag kl 13 => Thu 2026-11-26 13:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=TH
den 15:e varje månad => Tue 2026-12-15 FREQ=MONTHLY;BYMONTHDAY=15
sista arbetsdagen i varje månad => Mon 2026-11-30 FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1 before
i eftermiddag => Mon 2026-11-23 14:00
på lördag från 10 till 12 => Sat 2026-11-28 10:00-12:00
årligen 24 december => Thu 2026-12-24 FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24
kl 8-9 imorgon => Tue 2026-11-24 08:00-09:00
24.12.2026 => Thu 2026-12-24
slutet av nästa månad => Thu 2026-12-31
om 3 dagar => Thu 2026-11-26
fredag den 19 mars => Fri 2027-03-19
kl 15 imorgon i 30 min => Tue 2026-11-24 15:00-15:30
helgen => Sat 2026-11-28..Sun 2026-11-29
kommande onsdag => Wed 2026-11-25
den 1 januari => Fri 2027-01-01
måndag till onsdag => Mon 2026-11-23..Wed 2026-11-25
"""

GERMAN = """
Ostermontag um 10 Uhr => Mon 2027-03-29 10:00
Heiligabend => Thu 2026-12-24
Karfreitag bis Ostermontag => Fri 2027-03-26..Mon 2027-03-29
morgen um 02.30 Uhr => Tue 2026-11-24 02:30
heute in einer Woche => Mon 2026-11-30
morgen in 8 Tagen => Wed 2026-12-02
Dienstag nächste Woche => Tue 2026-12-01
jeden Morgen um 8 => Tue 2026-11-24 08:00 FREQ=DAILY
übernächste Woche => Mon 2026-12-07..Sun 2026-12-13
morgen um halb eins => Tue 2026-11-24 12:30
Freitag 14h => Fri 2026-11-27 14:00
bis zum 15.12. => Tue 2026-12-15
jeden letzten Freitag im Monat => Fri 2026-11-27 FREQ=MONTHLY;BYDAY=-1FR
nächsten Montag um 10 Uhr => Mon 2026-11-30 10:00
morgen früh => Tue 2026-11-24 09:00
jeden zweiten Freitag => Fri 2026-11-27 FREQ=WEEKLY;INTERVAL=2;BYDAY=FR
morgen um halb drei => Tue 2026-11-24 14:30
übermorgen => Wed 2026-11-25
in zwei Wochen => Mon 2026-12-07
in einer Viertelstunde => Mon 2026-11-23 09:15
am 27. => Fri 2026-11-27
24.12. => Thu 2026-12-24
24. Dezember => Thu 2026-12-24
heute Abend => Mon 2026-11-23 18:00
Montagmorgen => Mon 2026-11-30 09:00
werktags um 8:30 => Tue 2026-11-24 08:30 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR skip
jeden ersten Dienstag im Monat => Tue 2026-12-01 FREQ=MONTHLY;BYDAY=1TU
ersten Dienstag jedes Monats => Tue 2026-12-01 FREQ=MONTHLY;BYDAY=1TU
bis Freitag => Fri 2026-11-27
vom 8. bis 12. März => Mon 2027-03-08..Fri 2027-03-12
8. März bis 12. März => Mon 2027-03-08..Fri 2027-03-12
Freitag um 15 Uhr für 45 Minuten => Fri 2026-11-27 15:00-15:45
45 Minuten lang => 45 min
viertel nach drei => Mon 2026-11-23 15:15
viertel vor vier => Mon 2026-11-23 15:45
dreiviertel drei => Mon 2026-11-23 14:45
Ende des Monats => Mon 2026-11-30
Monatsende => Mon 2026-11-30
KW 12 => Mon 2027-03-22..Sun 2027-03-28
montags um 9 => Mon 2026-11-30 09:00 FREQ=WEEKLY;BYDAY=MO
alle 2 Wochen => Mon 2026-11-23 FREQ=WEEKLY;INTERVAL=2;BYDAY=MO
jeden Tag um 9 bis 30. Juni => Tue 2026-11-24 09:00 FREQ=DAILY;UNTIL=20270630
um 17 Uhr => Mon 2026-11-23 17:00
14-15:30 Uhr => Mon 2026-11-23 14:00-15:30
10 Uhr 30 => Mon 2026-11-23 10:30
in 3 Arbeitstagen => Thu 2026-11-26
kommenden Mittwoch => Wed 2026-11-25
Di 14 Uhr => Tue 2026-11-24 14:00
nächste Woche => Mon 2026-11-30..Sun 2026-12-06
Montag um 15 Uhr => Mon 2026-11-23 15:00
in 10 Minuten => Mon 2026-11-23 09:10
in einem Monat => Wed 2026-12-23
am 3. März 2027 um 16:45 Uhr => Wed 2027-03-03 16:45
morgen Mittag => Tue 2026-11-24 12:00
heute um 13 Uhr => Mon 2026-11-23 13:00
Freitagmittag => Fri 2026-11-27 12:00
zehn vor vier => Mon 2026-11-23 15:50
fünf nach halb drei => Mon 2026-11-23 14:35
halb acht morgen => Tue 2026-11-24 07:30
täglich um 7:45 Uhr => Tue 2026-11-24 07:45 FREQ=DAILY
mittwochs und freitags um 10 => Wed 2026-11-25 10:00 FREQ=WEEKLY;BYDAY=WE,FR
alle zwei Wochen am Donnerstag um 13 Uhr => Thu 2026-11-26 13:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=TH
jeden 15. um 9 Uhr => Tue 2026-12-15 09:00 FREQ=MONTHLY;BYMONTHDAY=15
am letzten Arbeitstag jedes Monats => Mon 2026-11-30 FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1 before
heute Nachmittag => Mon 2026-11-23 14:00
Samstag von 10 bis 12 Uhr => Sat 2026-11-28 10:00-12:00
jährlich am 24. Dezember => Thu 2026-12-24 FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24
morgen 8-9 Uhr => Tue 2026-11-24 08:00-09:00
24.12.2026 => Thu 2026-12-24
Ende nächsten Monats => Thu 2026-12-31
in 3 Tagen => Thu 2026-11-26
Freitag, 19. März => Fri 2027-03-19
morgen um 15 Uhr für 30 Minuten => Tue 2026-11-24 15:00-15:30
am Wochenende => Sat 2026-11-28..Sun 2026-11-29
1. Januar => Fri 2027-01-01
Montag bis Mittwoch => Mon 2026-11-23..Wed 2026-11-25
Dienstag und Donnerstag um 14 Uhr => Tue 2026-11-24 14:00 FREQ=WEEKLY;BYDAY=TU,TH;COUNT=2
"""

SPANISH = """
jueves 26 a las 12 => Thu 2026-11-26 12:00
nochevieja a las 20 => Thu 2026-12-31 20:00
viernes santo => Fri 2027-03-26
el martes de la próxima semana => Tue 2026-12-01
mañana a las 10:30h => Tue 2026-11-24 10:30
el día 15 => Tue 2026-12-15
para el 15 => Tue 2026-12-15
todos los meses el día 5 => Sat 2026-12-05 FREQ=MONTHLY;BYMONTHDAY=5
cada mañana a las 8 => Tue 2026-11-24 08:00 FREQ=DAILY
el último día de cada mes => Mon 2026-11-30 FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1
cada día 15 => Tue 2026-12-15 FREQ=MONTHLY;BYMONTHDAY=15
mañana 10h => Tue 2026-11-24 10:00
el viernes a las 17 => Fri 2026-11-27 17:00
mañana a las 15 y media => Tue 2026-11-24 15:30
pasado mañana => Wed 2026-11-25
en dos semanas => Mon 2026-12-07
dentro de media hora => Mon 2026-11-23 09:30
el 27 => Fri 2026-11-27
24/12 => Thu 2026-12-24
24 de diciembre => Thu 2026-12-24
esta noche => Mon 2026-11-23 18:00
mañana por la mañana => Tue 2026-11-24 09:00
todos los lunes a las 9 => Mon 2026-11-30 09:00 FREQ=WEEKLY;BYDAY=MO
los lunes a las 9 => Mon 2026-11-30 09:00 FREQ=WEEKLY;BYDAY=MO
cada dos semanas => Mon 2026-11-23 FREQ=WEEKLY;INTERVAL=2;BYDAY=MO
el primer martes de cada mes => Tue 2026-12-01 FREQ=MONTHLY;BYDAY=1TU
hasta el 30 de junio => Wed 2027-06-30
del 8 al 12 de marzo => Mon 2027-03-08..Fri 2027-03-12
de lunes a viernes => Mon 2026-11-23..Fri 2026-11-27
fin de mes => Mon 2026-11-30
a finales de mes => Mon 2026-11-30
días laborables a las 8:30 => Tue 2026-11-24 08:30 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR skip
las 3 menos cuarto => Mon 2026-11-23 14:45
a las 3 y cuarto => Mon 2026-11-23 15:15
el próximo martes de 14 a 15:30 => Tue 2026-11-24 14:00-15:30
el martes que viene => Tue 2026-11-24
la semana que viene => Mon 2026-11-30..Sun 2026-12-06
entre las 14 y las 15 => Mon 2026-11-23 14:00-15:00
cada 15 días => Mon 2026-11-23 FREQ=WEEKLY;INTERVAL=2;BYDAY=MO
durante 45 minutos => 45 min
mañana a las 10 durante una hora => Tue 2026-11-24 10:00-11:00
el lunes y el jueves a las 10 => Mon 2026-11-23 10:00 FREQ=WEEKLY;BYDAY=MO,TH;COUNT=2
mediodía => Mon 2026-11-23 12:00
viernes al mediodía => Fri 2026-11-27 12:00
a las 5 de la tarde => Mon 2026-11-23 17:00
cada día a las 9 hasta el 30 de junio => Tue 2026-11-24 09:00 FREQ=DAILY;UNTIL=20270630
último viernes del mes => Fri 2026-11-27
dentro de 3 días laborables => Thu 2026-11-26
cada mes el 15 => Tue 2026-12-15 FREQ=MONTHLY;BYMONTHDAY=15
lunes a las 15 => Mon 2026-11-23 15:00
en 10 minutos => Mon 2026-11-23 09:10
en un mes => Wed 2026-12-23
el 3 de marzo de 2027 a las 16:45 => Wed 2027-03-03 16:45
mañana al mediodía => Tue 2026-11-24 12:00
hoy a las 13 => Mon 2026-11-23 13:00
viernes por la tarde => Fri 2026-11-27 14:00
las cuatro menos diez => Mon 2026-11-23 15:50
a las dos y media mañana => Tue 2026-11-24 14:30
diariamente a las 7:45 => Tue 2026-11-24 07:45 FREQ=DAILY
los miércoles y los viernes a las 10 => Wed 2026-11-25 10:00 FREQ=WEEKLY;BYDAY=WE,FR
cada dos semanas el jueves a las 13 => Thu 2026-11-26 13:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=TH
el 15 de cada mes => Tue 2026-12-15 FREQ=MONTHLY;BYMONTHDAY=15
último día laborable de cada mes => Mon 2026-11-30 FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1 before
esta tarde => Mon 2026-11-23 14:00
el sábado de 10 a 12 => Sat 2026-11-28 10:00-12:00
cada año el 24 de diciembre => Thu 2026-12-24 FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24
mañana de 8 a 9 => Tue 2026-11-24 08:00-09:00
24/12/2026 => Thu 2026-12-24
a finales del próximo mes => Thu 2026-12-31
en 3 días => Thu 2026-11-26
viernes 19 de marzo => Fri 2027-03-19
mañana a las 15 durante 30 minutos => Tue 2026-11-24 15:00-15:30
el fin de semana => Sat 2026-11-28..Sun 2026-11-29
el próximo miércoles => Wed 2026-11-25
1 de enero => Fri 2027-01-01
de lunes a miércoles => Mon 2026-11-23..Wed 2026-11-25
martes y jueves a las 14 => Tue 2026-11-24 14:00 FREQ=WEEKLY;BYDAY=TU,TH;COUNT=2
en hora y media => Mon 2026-11-23 10:30
a las 17 => Mon 2026-11-23 17:00
"""
