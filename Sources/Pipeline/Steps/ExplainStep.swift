internal import Jobs

extension StepContext {
  func explain(_ options: ExplainOptions) throws -> StepResult {
    throw PipelineError.stepFailed("`explain` is not built yet")
  }
}
