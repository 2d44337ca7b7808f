@testable import Jobs
import Testing

@Suite struct GateMistakesTests {
  @Test("every mistake in `gate` is told, each rule at its own place")
  func mistakes() throws { try expectMistakes("gate-mistakes") }

  @Test(
    "rules that ask for no worse a model are read",
    arguments: [
      "auc >= champion.auc - 0.01", "log_loss <= champion + 0.02", "log_loss < baseline.log_loss",
      "auc == champion.auc",
      "slice(origin).rmse <= champion", "fairness(sex).demographic_parity_difference <= champion + 0.01",
      "interval_coverage >= champion - 0.01", "top_5_accuracy > 0.5", "quantile_loss_p97_5 <= champion", "auc <= 0.99",
      "auc.low >= 0.65", "slice(origin).auc.low > 0.5", "fairness(sex).demographic_parity_difference.high <= 0.1",
    ])
  func sensible(rule: String) throws {
    let job = try readSpec(
      """
      version: 1
      name: j
      steps:
        - {id: s, uses: evaluate, with: {model: m@v1, data: d@v1, slices: origin, fairness: {columns: sex}}}
        - {id: g, uses: gate, with: {challenger: s, champion: m@champion, require: "\(rule)"}}

      """)
    guard case .gate(let options) = job.steps[1].action else {
      Issue.record("another step than written")
      return
    }
    #expect(options.require.map(\.text) == [rule])
  }
}
