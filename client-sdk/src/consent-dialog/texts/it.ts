import type { ConsentTexts } from '../consent-texts.js'

export const it: ConsentTexts = {
  title: 'Condividere questo video con chi lo guarda?',
  intro:
    'Chi guarda questo video può passarne delle parti agli altri. Così i server lavorano meno, ma prima serve il suo consenso.',
  seenTitle: 'Che cosa possono vedere gli altri',
  seen: 'Il suo indirizzo di rete (IP), da cui si capisce all’incirca dove si trova, e che guarda questo video. Possono vederlo gli spettatori con cui scambia le parti e il servizio che vi mette in contatto.',
  givenTitle: 'Che cosa viene inviato',
  given:
    'Parti di questo video, e nient’altro di suo. C’è un limite, e non si invia nulla se il browser segnala rete mobile, risparmio dati o batteria scarica.',
  refusalTitle: 'Se rifiuta',
  refusal: 'Guarda lo stesso, con la stessa qualità. Può cambiare la risposta in qualsiasi momento.',
  remembered: 'Questo browser ricorda la sua risposta.',
  agree: 'Sì, condividi',
  refuse: 'No, guarda soltanto',
  controlOn: 'Condivisione video: sì',
  controlOff: 'Condivisione video: no',
}
