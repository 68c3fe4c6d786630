/** What the script tag gets: the global `Prismesh` is the class itself, and rollup's IIFE needs a default export. */
export { Prismesh as default } from './prismesh.js'
