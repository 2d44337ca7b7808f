internal import Jobs

extension StepContext {
  func tune(_ options: TuneOptions) throws -> StepResult { throw PipelineError.stepFailed("`tune` is not built yet") }
}
