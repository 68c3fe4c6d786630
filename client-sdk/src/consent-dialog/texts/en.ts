import type { ConsentTexts } from '../consent-texts.js'

export const en: ConsentTexts = {
  title: 'Share this video with others who watch it?',
  intro:
    'People who watch this video can pass its pieces on to each other. It spares the servers, and it needs your consent first.',
  seenTitle: 'What others can see',
  seen: 'Your network address (IP), which tells roughly where you are, and that you watch this video. Viewers you exchange pieces with can see it, and so can the service that introduces you to them.',
  givenTitle: 'What is uploaded',
  given:
    'Pieces of this video, and nothing else of yours. There is a limit, and nothing is uploaded where your browser reports mobile data, data saving or a low battery.',
  refusalTitle: 'If you say no',
  refusal: 'You watch all the same, in the same quality. You can change your answer at any time.',
  remembered: 'This browser remembers your answer.',
  agree: 'Yes, share',
  refuse: 'No, only watch',
  controlOn: 'Video sharing: on',
  controlOff: 'Video sharing: off',
}
