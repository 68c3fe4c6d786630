import type { ConsentTexts } from '../consent-texts.js'

export const fr: ConsentTexts = {
  title: 'Partager cette vidéo avec les autres spectateurs ?',
  intro:
    'Les personnes qui regardent cette vidéo peuvent s’en transmettre des morceaux. Cela soulage les serveurs et demande d’abord votre accord.',
  seenTitle: 'Ce que les autres peuvent voir',
  seen: 'Votre adresse réseau (IP), qui indique à peu près où vous êtes, et le fait que vous regardez cette vidéo. Seuls peuvent le voir les spectateurs avec qui vous échangez des morceaux et le service qui vous met en relation.',
  givenTitle: 'Ce qui est envoyé',
  given:
    'Des morceaux de cette vidéo, et rien d’autre de chez vous. Il y a une limite, et rien n’est envoyé si votre navigateur signale un réseau mobile, l’économie de données ou une batterie faible.',
  refusalTitle: 'Si vous refusez',
  refusal: 'Vous regardez quand même, avec la même qualité. Vous pouvez changer votre réponse à tout moment.',
  remembered: 'Ce navigateur se souvient de votre réponse.',
  agree: 'Oui, partager',
  refuse: 'Non, regarder seulement',
  controlOn: 'Partage vidéo : activé',
  controlOff: 'Partage vidéo : désactivé',
}
