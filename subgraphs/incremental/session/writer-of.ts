/** Id of the writer that a session publishes through, and that whoever takes the session over opens. */
export function writerOf({ id }: { id: string }): string {
  return `session/${id}`
}
