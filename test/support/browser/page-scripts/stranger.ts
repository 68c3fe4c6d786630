/** A stranger in a page of its own. */
import { joinAsStranger, type StrangerOptions } from '../../hostile/stranger.js'

Object.assign(window, { joinAsStranger: (options: StrangerOptions) => joinAsStranger(options) })
