import type { UseCase } from '#use-cases/define.ts'

/** What resolvers receive as a use case: its declaration. */
export type UseCaseModel = UseCase
