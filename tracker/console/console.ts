import type { OverviewDocument } from '../src/server/operator/overview-document.js'
import { showCards } from './cards.js'
import { setText } from './make-element.js'
import { OperatorClient, TokenRefused } from './operator-client.js'
import { PolicyDialog } from './policy-dialog.js'
import { showRegions } from './region-map.js'
import { requiredElement } from './required-element.js'
import { StreamTable } from './stream-table.js'
import { setUpTheme } from './theme.js'
import { showTiles } from './tiles.js'

/** Members report every ten seconds; twice a second more would show nothing new. */
const pollMs = 2000

const client = new OperatorClient()
const login = requiredElement('login', HTMLElement)
const loginForm = requiredElement('login-form', HTMLFormElement)
const tokenField = requiredElement('token', HTMLInputElement)
const loginProblem = requiredElement('login-problem', HTMLElement)
const board = requiredElement('board', HTMLElement)
const logout = requiredElement('logout', HTMLButtonElement)
const state = requiredElement('state', HTMLElement)

const dialog = new PolicyDialog(async (stream, policy) => {
  await client.setPolicy(stream, policy)
  await refresh()
})
const streams = new StreamTable((stream, policy, members) => dialog.open(stream, policy, members))
const views = [showTiles(requiredElement('tiles', HTMLElement)), showRegions(), showCards()]
let timer: ReturnType<typeof setTimeout> | undefined

function show(overview: OverviewDocument): void {
  for (const view of views) view(overview)
  streams.show(overview)
  say(overview.state === 'serving' ? 'good' : 'warn', overview.state === 'serving' ? 'Serving' : 'Stopping')
}

function say(kind: 'good' | 'warn' | 'bad', words: string): void {
  state.dataset['kind'] = kind
  setText(state, words)
}

async function refresh(): Promise<void> {
  try {
    show(await client.overview())
    reveal(true)
  } catch (error) {
    if (error instanceof TokenRefused) leave('The tracker does not know this token.')
    else say('bad', `No answer since ${new Date().toLocaleTimeString('en', { hour12: false })}`)
  }
}

/** One request at a time, and none while nobody looks. */
async function poll(): Promise<void> {
  clearTimeout(timer)
  if (!client.hasToken || document.hidden) return
  await refresh()
  clearTimeout(timer)
  timer = setTimeout(() => void poll(), pollMs)
}

function reveal(known: boolean): void {
  login.hidden = known
  board.hidden = !known
  logout.hidden = !known
  state.hidden = !known
}

function leave(problem: string): void {
  clearTimeout(timer)
  client.forgetToken()
  dialog.close()
  reveal(false)
  setText(loginProblem, problem)
  tokenField.focus()
}

loginForm.addEventListener('submit', (event) => {
  event.preventDefault()
  const token = tokenField.value.trim()
  if (token === '') return
  setText(loginProblem, '')
  client.useToken(token)
  tokenField.value = ''
  void poll()
})
logout.addEventListener('click', () => leave(''))
document.addEventListener('visibilitychange', () => void poll())
setUpTheme(requiredElement('theme', HTMLButtonElement))
reveal(false)
if (client.hasToken) void poll()
else tokenField.focus()
