import { Option } from 'commander'

/** What Prismesh's viewers take of neighbours: what the tracker's witness has signed, or everything. */
export type Integrity = 'required' | 'off'

export function integrityOption(): Option {
  return new Option(
    '--integrity <setting>',
    "of Prismesh's viewers: off takes what neighbours give unchecked",
  )
    .choices(['required', 'off'] satisfies Integrity[])
    .default('required' satisfies Integrity)
}
