import { DemoPage } from './demo-page.js'
import { requiredElement } from './dom/required-element.js'
import { setText } from './dom/set-text.js'
import { loadConfig } from './setup/page-config.js'
import { readParameters } from './setup/page-parameters.js'

/** Opens the page; without its settings there is nothing to play, and it says so. */
async function open(): Promise<void> {
  try {
    new DemoPage(await loadConfig(), readParameters(location.search)).start()
  } catch (error) {
    requiredElement('status', HTMLElement).dataset['tone'] = 'bad'
    setText(requiredElement('status-headline', HTMLElement), 'The demo is not running')
    const words = error instanceof Error ? error.message : String(error)
    setText(
      requiredElement('status-detail', HTMLElement),
      `Start it again, then reload this page. (${words})`,
    )
  }
}

void open()
