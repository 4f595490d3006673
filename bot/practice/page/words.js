// The page's own words, in the language of whoever looks.
const WORDS = {
  en: {
    you: "You are", home: "Home", direct: "Direct message", channels: "Channels", apps: "Apps", panel: "Practice",
    write: "Message {name}. Try /request or /desk", send: "Send", thread: "Thread", reply: "Reply below", replies: "{n} below",
    onlyYou: "Only visible to you", choose: "Choose …", none: "Nothing chosen", clock: "Clock", hour: "+1 hour", morning: "Next working morning",
    set: "Set", trouble: "Trouble", slow: "Slow answers", ratelimited: "Too many calls (429)", down: "Slack is down", duplicates: "Deliveries four times",
    drop: "Drops the line after posting", wire: "Over the wire", people: "People", left: "has left", guest: "guest", close: "Close",
    edited: "edited", files: "Attach a file", more: "More", empty: "Nothing here yet. Write something, or type / to see what Deskhand can do.",
    homeEmpty: "Deskhand is drawing your home tab …", offline: "Connecting …", required: "Please fill this in.", menu: "Menu", cancel: "Cancel",
    notRunning: "Deskhand is not connected", shortcuts: "Shortcuts", needNote: "Another company", remove: "Remove", search: "Filter",
  },
  sv: {
    you: "Du är", home: "Hem", direct: "Direktmeddelande", channels: "Kanaler", apps: "Appar", panel: "Övning",
    write: "Skriv till {name}. Prova /request eller /desk", send: "Skicka", thread: "Tråd", reply: "Svara nedanför", replies: "{n} nedanför",
    onlyYou: "Syns bara för dig", choose: "Välj …", none: "Inget valt", clock: "Klocka", hour: "+1 timme", morning: "Nästa arbetsmorgon",
    set: "Ställ", trouble: "Trassel", slow: "Långsamma svar", ratelimited: "För många anrop (429)", down: "Slack ligger nere", duplicates: "Leveranser fyra gånger",
    drop: "Bryter linjen efter postning", wire: "Över tråden", people: "Personer", left: "har slutat", guest: "gäst", close: "Stäng",
    edited: "ändrat", files: "Bifoga en fil", more: "Mer", empty: "Inget här än. Skriv något, eller skriv / för att se vad Deskhand kan.",
    homeEmpty: "Deskhand ritar din hemflik …", offline: "Ansluter …", required: "Fyll i det här.", menu: "Meny", cancel: "Avbryt",
    notRunning: "Deskhand är inte ansluten", shortcuts: "Genvägar", needNote: "Annat företag", remove: "Ta bort", search: "Filtrera",
  },
  de: {
    you: "Sie sind", home: "Start", direct: "Direktnachricht", channels: "Kanäle", apps: "Apps", panel: "Übung",
    write: "Nachricht an {name}. Versuchen Sie /request oder /desk", send: "Senden", thread: "Thread", reply: "Darunter antworten", replies: "{n} darunter",
    onlyYou: "Nur für Sie sichtbar", choose: "Wählen …", none: "Nichts gewählt", clock: "Uhr", hour: "+1 Stunde", morning: "Nächster Arbeitsmorgen",
    set: "Stellen", trouble: "Störungen", slow: "Langsame Antworten", ratelimited: "Zu viele Aufrufe (429)", down: "Slack ist nicht erreichbar", duplicates: "Alles viermal zustellen",
    drop: "Leitung bricht nach dem Senden", wire: "Über die Leitung", people: "Personen", left: "ist gegangen", guest: "Gast", close: "Schließen",
    edited: "bearbeitet", files: "Datei anhängen", more: "Mehr", empty: "Noch nichts hier. Schreiben Sie etwas, oder tippen Sie /, um zu sehen, was Deskhand kann.",
    homeEmpty: "Deskhand zeichnet Ihren Start-Tab …", offline: "Verbinden …", required: "Bitte ausfüllen.", menu: "Menü", cancel: "Abbrechen",
    notRunning: "Deskhand ist nicht verbunden", shortcuts: "Kurzbefehle", needNote: "Andere Firma", remove: "Entfernen", search: "Filtern",
  },
  es: {
    you: "Usted es", home: "Inicio", direct: "Mensaje directo", channels: "Canales", apps: "Aplicaciones", panel: "Práctica",
    write: "Mensaje a {name}. Pruebe /request o /desk", send: "Enviar", thread: "Hilo", reply: "Responder debajo", replies: "{n} debajo",
    onlyYou: "Solo visible para usted", choose: "Elegir …", none: "Nada elegido", clock: "Reloj", hour: "+1 hora", morning: "Próxima mañana laborable",
    set: "Poner", trouble: "Problemas", slow: "Respuestas lentas", ratelimited: "Demasiadas llamadas (429)", down: "Slack no funciona", duplicates: "Entregas por cuadruplicado",
    drop: "Corta la línea tras publicar", wire: "Por el cable", people: "Personas", left: "se ha ido", guest: "invitado", close: "Cerrar",
    edited: "editado", files: "Adjuntar un archivo", more: "Más", empty: "Aún no hay nada. Escriba algo, o teclee / para ver qué puede hacer Deskhand.",
    homeEmpty: "Deskhand está dibujando su inicio …", offline: "Conectando …", required: "Rellene este campo.", menu: "Menú", cancel: "Cancelar",
    notRunning: "Deskhand no está conectado", shortcuts: "Atajos", needNote: "Otra empresa", remove: "Quitar", search: "Filtrar",
  },
};

export function wordsFor(locale) {
  const words = WORDS[(locale || "en").slice(0, 2)] || WORDS.en;
  return (key, facts = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
}
