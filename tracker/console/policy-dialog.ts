import type { StreamPolicy } from '../../protocol/stream-policy.js'
import { setText } from './make-element.js'
import { requiredElement } from './required-element.js'
import { countWords } from './words.js'

const bitsPerByte = 8
const megabit = 1e6

/** Asks what holds for one stream, and has it set. Stays open, with the reason, when that does not work. */
export class PolicyDialog {
  private readonly dialog = requiredElement('policy-dialog', HTMLDialogElement)
  private readonly form = requiredElement('policy-form', HTMLFormElement)
  private readonly stream = requiredElement('policy-stream', HTMLElement)
  private readonly reach = requiredElement('policy-reach', HTMLElement)
  private readonly cap = requiredElement('policy-cap', HTMLInputElement)
  private readonly problem = requiredElement('policy-problem', HTMLElement)
  private readonly apply = requiredElement('policy-apply', HTMLButtonElement)
  private name = ''

  constructor(private readonly setPolicy: (stream: string, policy: StreamPolicy) => Promise<void>) {
    requiredElement('policy-cancel', HTMLButtonElement).addEventListener('click', () => this.dialog.close())
    this.form.addEventListener('submit', (event) => {
      event.preventDefault()
      void this.submit()
    })
    this.form.addEventListener('change', () => this.review())
  }

  open(stream: string, { p2p, uploadBytesPerSecondMax }: StreamPolicy, members: number): void {
    this.name = stream
    setText(this.stream, stream)
    setText(
      this.reach,
      members === 0
        ? 'Nobody watches it now; it holds for those who come.'
        : `It reaches ${countWords(members)} ${members === 1 ? 'viewer' : 'viewers'} at once, and those who come.`,
    )
    setText(this.problem, '')
    for (const option of this.modes()) option.checked = option.value === p2p
    this.cap.value =
      uploadBytesPerSecondMax === undefined
        ? ''
        : String(+((uploadBytesPerSecondMax * bitsPerByte) / megabit).toFixed(3))
    this.review()
    this.dialog.showModal()
  }

  close(): void {
    this.dialog.close()
  }

  private modes(): HTMLInputElement[] {
    return [...this.form.querySelectorAll<HTMLInputElement>('input[name="p2p"]')]
  }

  private chosen(): StreamPolicy['p2p'] {
    const value = this.modes().find(({ checked }) => checked)?.value
    return value === 'off' || value === 'drain' ? value : 'on'
  }

  /** Where nothing is shared there is nothing to cap. */
  private review(): void {
    this.cap.disabled = this.chosen() === 'off'
  }

  private async submit(): Promise<void> {
    if (!this.form.reportValidity()) return
    const p2p = this.chosen()
    const megabits = this.cap.value.trim()
    const uploadBytesPerSecondMax = Math.round((Number(megabits) * megabit) / bitsPerByte)
    this.apply.disabled = true
    try {
      await this.setPolicy(
        this.name,
        megabits === '' || p2p === 'off' ? { p2p } : { p2p, uploadBytesPerSecondMax },
      )
      this.dialog.close()
    } catch (error) {
      setText(this.problem, `Not set: ${error instanceof Error ? error.message : String(error)}`)
    } finally {
      this.apply.disabled = false
    }
  }
}
