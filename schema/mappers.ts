/** Which TypeScript type resolvers receive as the parent of a GraphQL type; paths are relative to the subgraph's folder. */
export const mappers = {
  incremental: {
    UseCase: './use-case-model.ts#UseCaseModel',
    TrainingSession: './session/session-view.ts#SessionView',
    OnlineModel: './session/session-view.ts#SessionView',
    Prediction: './predictions/prediction-model.ts#PredictionModel',
    Producer: './producer-control.ts#ProducerStatus',
    Outcome: './streams/outcome-stream.ts#OutcomeModel',
    MetricsSnapshot: './session/session-view.ts#SessionView',
  },
  observability: {
    UseCase: './use-case-ref.ts#UseCaseRef',
    ConsumerGroup: '../../ports/event-log.ts#GroupLag',
    UseCaseOverview: './overview.ts#UseCaseOverviewModel',
    Run: '../../ports/tracking.ts#Run as TrackedRun',
    Experiment: '../../ports/tracking.ts#Experiment as TrackedExperiment',
    RunConnection: './tracking/find-runs.ts#RunPageModel',
    MetricSeries: '../../ports/tracking.ts#MetricSeries as TrackedSeries',
    Artifact: './tracking/artifact-content.ts#ArtifactModel',
  },
  sql: {
    UseCase: './entity-ref.ts#EntityRef',
    Prediction: './entity-ref.ts#EntityRef',
    Table: './lookup/catalog-entry.ts#CatalogEntry',
    StoredRow: './lookup/stored-row.ts#StoredRowModel',
    SqlResult: './results/result-view.ts#ResultView',
    SqlTableVersion: './statements/table-use.ts#TableUse',
    SqlStatement: './audit/audit-entry.ts#AuditEntry',
  },
} as const
