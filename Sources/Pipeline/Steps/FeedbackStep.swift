internal import Jobs

extension StepContext {
  func feedback(_ options: FeedbackOptions) throws -> StepResult {
    throw PipelineError.stepFailed("`feedback` is not built yet")
  }
}
