import Jobs
@testable import Learning
import Testing

@Suite struct TrialPlanTests {
  @Test("a space takes no parameter that the trainer does not know", arguments: SpaceParameter.tunable)
  func tunable(name: String) {
    // They are set apart from the library's other parameters.
    guard !["rounds", "objective", "booster"].contains(name) else { return }
    do { _ = try XGBoostParameter(named: name) } catch {
      if case .unknownParameter = error { Issue.record("\(error)") }
    }
  }

  @Test("a space has no more parameters than a search can have")
  func limit() { #expect(SpaceParameter.limitCount == Searcher.limitParameters) }
}
