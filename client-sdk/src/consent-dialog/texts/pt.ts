import type { ConsentTexts } from '../consent-texts.js'

export const pt: ConsentTexts = {
  title: 'Partilhar este vídeo com outras pessoas que o veem?',
  intro:
    'Quem vê este vídeo pode passar partes dele a outras pessoas. Isso alivia os servidores e precisa primeiro do seu consentimento.',
  seenTitle: 'O que os outros podem ver',
  seen: 'O seu endereço de rede (IP), que indica aproximadamente onde está, e que vê este vídeo. Podem vê-lo as pessoas com quem troca partes e o serviço que as põe em contacto.',
  givenTitle: 'O que é enviado',
  given:
    'Partes deste vídeo, e mais nada seu. Há um limite, e nada é enviado se o seu navegador indicar dados móveis, poupança de dados ou bateria fraca.',
  refusalTitle: 'Se disser que não',
  refusal: 'Vê o vídeo na mesma, com a mesma qualidade. Pode mudar a sua resposta a qualquer momento.',
  remembered: 'Este navegador guarda a sua resposta.',
  agree: 'Sim, partilhar',
  refuse: 'Não, apenas ver',
  controlOn: 'Partilha de vídeo: sim',
  controlOff: 'Partilha de vídeo: não',
}
