import { codedError } from '../../coded-error.ts'
import { type Random, createRandom } from '../../math/random.ts'
import { pause } from '../pause.ts'
import { allocateShared } from './allocate-shared.ts'
import { type BinnedColumns, binColumns } from './bin-columns.ts'
import type { BoostingIteration, BoostingOptions, BoostingResult } from './boosting-options.ts'
import { type BoostingParams, readBoostingParameters } from './boosting-parameters.ts'
import { createBoostingScorer } from './boosting-scorer.ts'
import { createSplitTeam } from './boosting-threads.ts'
import { checkBoosting } from './check-boosting.ts'
import { createObjective } from './create-objective.ts'
import { type PreparedPart, createPreparation } from './prepare-part.ts'
import { rareRows } from './rare-rows.ts'
import { createTreeLog } from './tree-log.ts'
import { createTreeAdder } from './tree-adder.ts'
import { watchValidation } from './watch-validation.ts'

/**
 * Gradient boosting of regression trees over histograms (Friedman 2001; Chen and Guestrin 2016; Ke et al. 2017). Equal data,
 * parameters and seed give an equal model bit for bit, whatever the number of threads. Gives way to other work after each
 * iteration. Throws, before it begins, what `checkBoosting` says, INVALID_PARAMETER, or NO_INFORMATION where no column
 * has two values; STOPPED when `signal` is aborted.
 */
export async function trainBoosting(options: BoostingOptions): Promise<BoostingResult> {
  const { train, validation, seed, threads = null, onIteration, signal } = options
  const { params, metric } = readBoostingParameters(options.params, options.objective)
  checkBoosting(options, metric)
  const random = createRandom(seed)
  const prepare = createPreparation(options, params)
  const part = prepare(train)
  await pause(signal)
  const binned = binTraining(options, part, params, random)
  const objective = createObjective(options, part)
  const { start } = objective
  const watch = validation && watchPart(prepare(validation))
  const shared = allocateShared({
    binned,
    settings: { ...params, constantHessian: objective.constantHessian },
    leaves: Math.min(params.leaves, 2 ** params.depth),
  })
  const log = createTreeLog()
  const curve: BoostingResult['curve'][number][] = []
  let best = { iteration: 0, value: NaN }
  const team = createSplitTeam(shared, threads)
  try {
    const adder = createTreeAdder({ shared, team, binned, params, objective, log, random })
    for (let iteration = 1; iteration <= params.iterations; iteration++) {
      const trainLoss = adder.add(watch)
      const seen = watch?.measure() ?? null
      if (!watch || !seen || best.iteration === 0 || watch.isBetter(seen.metric, best.value)) {
        best = { iteration, value: seen?.metric ?? NaN }
      }
      curve.push({
        iteration,
        train: trainLoss,
        validation: seen?.loss ?? null,
        metric: seen?.metric ?? null,
      })
      onIteration?.(point(iteration, trainLoss, seen))
      await pause(signal)
      if (iteration - best.iteration >= params.earlyStoppingRounds) break
    }
  } finally {
    team.end()
  }
  const trees = log.ensemble({
    features: binned.features.length,
    bias: start,
    trees: best.iteration * start.length,
  })
  return {
    scorer: createBoostingScorer({ columns: train.data.columns, features: binned.features, trees }),
    iterations: curve.length,
    best: best.iteration,
    stopped: curve.length - best.iteration >= params.earlyStoppingRounds ? 'EARLY' : 'LIMIT',
    curve,
  }

  function watchPart(watched: PreparedPart) {
    return watchValidation({
      part: watched,
      binned,
      start,
      objective: createObjective(options, watched),
      metric,
    })
  }

  function point(
    iteration: number,
    trainLoss: number,
    seen: { loss: number; metric: number } | null,
  ): BoostingIteration {
    return {
      iteration,
      trainLoss,
      validationLoss: seen?.loss ?? null,
      metric: seen && { name: metric, value: seen.metric },
      best: best.iteration,
    }
  }
}

function binTraining(
  { objective, classes = 2 }: BoostingOptions,
  { data, labels }: PreparedPart,
  params: BoostingParams,
  random: Random,
): BinnedColumns {
  const targets =
    objective === 'multiclass'
      ? Array.from({ length: classes }, (_, k) => labels.map(label => Number(label === k)))
      : [labels]
  const binned = binColumns({
    ...params,
    data,
    targets,
    rare: objective === 'binary' ? rareRows(labels) : null,
    random,
  })
  if (binned.useful.length > 0) return binned
  throw codedError(
    'NO_INFORMATION',
    `All of ${data.columns.length} columns hold one value or none in ${data.rows} rows, wanted at least two values in one of them.`,
  )
}
