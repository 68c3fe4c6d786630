import type { ConsentTexts } from '../consent-texts.js'

export const zh: ConsentTexts = {
  title: '与其他观众共享此视频吗?',
  intro: '观看此视频的人可以互相传递视频片段。这样可以减轻服务器的负担,但需要先征得您的同意。',
  seenTitle: '其他人能看到什么',
  seen: '您的网络地址(IP,可推知您的大致位置),以及您正在观看此视频。与您交换片段的观众和为你们牵线的服务可以看到这些信息。',
  givenTitle: '会上传什么',
  given:
    '只有此视频的片段,不含您的任何其他内容。上传有上限;当浏览器显示正在使用移动数据、省流量模式或电量不足时,不会上传。',
  refusalTitle: '如果您不同意',
  refusal: '您仍可观看,画质相同。您可以随时更改选择。',
  remembered: '此浏览器会记住您的选择。',
  agree: '是,共享',
  refuse: '否,仅观看',
  controlOn: '视频共享:开',
  controlOff: '视频共享:关',
}
