import type { ConsentTexts } from '../consent-texts.js'

export const es: ConsentTexts = {
  title: '¿Compartir este vídeo con otras personas que lo ven?',
  intro:
    'Quienes ven este vídeo pueden pasarse sus fragmentos entre sí. Eso alivia a los servidores y necesita antes su consentimiento.',
  seenTitle: 'Qué pueden ver los demás',
  seen: 'Su dirección de red (IP), que indica aproximadamente dónde está, y que usted ve este vídeo. Pueden verlo quienes intercambian fragmentos con usted y el servicio que los pone en contacto.',
  givenTitle: 'Qué se envía',
  given:
    'Fragmentos de este vídeo y nada más de usted. Hay un límite, y no se envía nada si su navegador indica datos móviles, ahorro de datos o batería baja.',
  refusalTitle: 'Si dice que no',
  refusal: 'Verá el vídeo igualmente, con la misma calidad. Puede cambiar su respuesta en cualquier momento.',
  remembered: 'Este navegador recuerda su respuesta.',
  agree: 'Sí, compartir',
  refuse: 'No, solo ver',
  controlOn: 'Compartir vídeo: sí',
  controlOff: 'Compartir vídeo: no',
}
