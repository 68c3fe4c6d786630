import type { ConsentTexts } from '../consent-texts.js'

export const de: ConsentTexts = {
  title: 'Dieses Video mit anderen Zuschauern teilen?',
  intro:
    'Wer dieses Video ansieht, kann seine Teile an andere Zuschauer weitergeben. Das entlastet die Server und braucht zuerst Ihre Zustimmung.',
  seenTitle: 'Was andere sehen können',
  seen: 'Ihre Netzwerkadresse (IP), aus der sich Ihr ungefährer Ort ergibt, und dass Sie dieses Video ansehen. Sehen können das die Zuschauer, mit denen Sie Teile austauschen, und der Dienst, der Sie einander vorstellt.',
  givenTitle: 'Was hochgeladen wird',
  given:
    'Teile dieses Videos und sonst nichts von Ihnen. Es gibt eine Obergrenze, und nichts wird hochgeladen, wenn Ihr Browser Mobilfunk, Datensparen oder einen schwachen Akku meldet.',
  refusalTitle: 'Wenn Sie ablehnen',
  refusal: 'Sie sehen das Video trotzdem, in gleicher Qualität. Sie können Ihre Antwort jederzeit ändern.',
  remembered: 'Dieser Browser merkt sich Ihre Antwort.',
  agree: 'Ja, teilen',
  refuse: 'Nein, nur ansehen',
  controlOn: 'Video teilen: an',
  controlOff: 'Video teilen: aus',
}
