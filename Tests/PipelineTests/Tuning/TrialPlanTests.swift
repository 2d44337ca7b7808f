import Jobs
@testable import Learning
import Testing

@Suite struct TrialPlanTests {
  @Test("a space has no more parameters than a search can have")
  func limit() { #expect(SpaceParameter.limitCount == Searcher.limitParameters) }
}
