import { PortError } from '#ports/port-error.ts'

const LONGEST = 400

/**
 * Throws `INVALID_ARGUMENT` unless `path` is relative, made of plain names, and stays inside. What MLflow's server decodes or
 * refuses (`%`, `#`, `\`, control characters) is refused by every adapter, so that a path means the same everywhere.
 */
export const checkArtifactPath = (path: string): void => {
  const parts = path.split('/')
  const isPlain =
    !/[%#?\\\p{Cc}]|^[a-z]+:/iu.test(path) && parts.every(part => !['', '.', '..'].includes(part))
  if (isPlain && path.length <= LONGEST) return
  throw new PortError(
    'INVALID_ARGUMENT',
    `The artifact path ${JSON.stringify(path.slice(0, LONGEST))} is not relative, or holds empty parts, . or .., a scheme, ` +
      'or one of % # ? \\ and control characters.',
  )
}
