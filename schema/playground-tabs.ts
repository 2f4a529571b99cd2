import { readdirSync, readFileSync } from 'node:fs'

const FOLDER = new URL('./operations/tabs/', import.meta.url)

/** Ready-made operations for the playground, in the order of their file names. */
export function playgroundTabs(): { title: string; query: string }[] {
  return readdirSync(FOLDER)
    .filter(name => name.endsWith('.graphql'))
    .sort()
    .map(name => ({ title: titleOf(name), query: readFileSync(new URL(name, FOLDER), 'utf8') }))
}

/** `1-live-predictions.graphql` → `Live predictions`. */
function titleOf(file: string): string {
  const words = file
    .replace(/^\d+-/, '')
    .replace(/\.graphql$/, '')
    .replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
