import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The members of our own classes that may have any name in a bundle: TypeScript calls them private wherever it declares
 * them, and the bundle, packages and all, reaches them through `this` alone.
 *
 * @param {object} tree The bundle, parsed (ESTree).
 * @param {readonly string[]} folders Where its TypeScript is.
 */
export function privateNames(tree, folders) {
  const taken = namesBeyondThis(tree)
  const declared = { private: new Set(), otherwise: new Set() }
  for (const folder of folders) noteDeclarations(folder, declared)
  return [...declared.private].filter((name) => !declared.otherwise.has(name) && !taken.has(name))
}

/** A line that begins a member, or that looks like one: then one name more stays as it is. */
const declaration = /^\s*(private )?(?:(?:static|readonly|override|async|get|set) )*(\w+)[(<:?!=; ]/gm

function noteDeclarations(folder, declared) {
  for (const file of readdirSync(folder, { recursive: true })) {
    if (!file.endsWith('.ts')) continue
    for (const [, isPrivate, name] of readFileSync(join(folder, file), 'utf8').matchAll(declaration)) {
      declared[isPrivate ? 'private' : 'otherwise'].add(name)
    }
  }
}

/** Every name by which a property is reached other than through `this`, and every text that could be such a name. */
function namesBeyondThis(tree) {
  const names = new Set()
  const visit = (node) => {
    if (Array.isArray(node)) node.forEach(visit)
    if (typeof node?.type !== 'string') return
    if (node.type === 'Literal' && typeof node.value === 'string') names.add(node.value)
    if (node.type === 'TemplateElement') names.add(node.value.cooked)
    if (node.type === 'Property' && !node.computed) names.add(node.key.name)
    if (node.type === 'MemberExpression' && !node.computed && node.object.type !== 'ThisExpression') {
      names.add(node.property.name)
    }
    Object.values(node).forEach(visit)
  }
  visit(tree)
  return names
}
