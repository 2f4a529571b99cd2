import type { UseCase } from '#use-cases/define.ts'

/** The experiment that holds the runs of a use case. */
export const experimentNameOf = ({ title }: Pick<UseCase, 'title'>): string => title
