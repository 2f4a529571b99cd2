import type { EntityWindow } from './entity-window.ts'

/**
 * What types cannot say about a declaration of windows: in words what is wrong with it, or null. Their values become
 * columns beside the features, so names are shared with those.
 */
export function windowsProblem(
  windows: readonly EntityWindow[],
  features: readonly { readonly name: string }[],
): string | null {
  const taken = new Set(features.map(({ name }) => name))
  for (const window of windows) {
    const { name } = window
    if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) return `has a window "${name}", wanted snake_case`
    if (taken.has(name))
      return `declares the column "${name}" twice, wanted distinct names of features and windows`
    taken.add(name)
    if ('windowMs' in window && window.windowMs !== 'forever') {
      const isLength = Number.isFinite(window.windowMs) && window.windowMs > 0
      if (!isLength) return `has a window "${name}" of ${window.windowMs} ms, wanted more than 0`
    }
    for (const other of othersOf(window)) {
      const base = windows.find(candidate => candidate.name === other)
      if (!base || base.key !== window.key || !('windowMs' in base)) {
        return `has a window "${name}" of "${other}", wanted a counted or summed window of the key ${window.key}`
      }
    }
  }
  return null
}

/** Windows that a window is computed from. */
function othersOf(window: EntityWindow): readonly string[] {
  if (window.kind === 'ratio') return [window.numerator, window.denominator]
  return window.kind === 'relative' ? [window.to] : []
}
