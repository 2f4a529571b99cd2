import { print, stripIgnoredCharacters, type ASTNode } from 'graphql'

/** GraphQL text without what has no meaning: comments, descriptions, white space. */
export function minifyDocument(node: ASTNode): string {
  return stripIgnoredCharacters(print(node))
}
