import Foundation
@testable import Jobs
import Records
import Testing

/// What `monitor`, `feedback` and `retrain` take, and what is said of mistakes in them.
@Suite struct MonitoringStepsTests {
  private func read(_ step: String) throws -> StepAction {
    let spec = """
      version: 1
      name: night
      project: p
      steps:
        - {id: drift, uses: monitor, with: {model: m@champion, data: d@latest}}
        - {id: scored, uses: predict, with: {model: m@champion, data: d@latest, dataset: mine}}
        - {id: came, uses: feedback, with: {predictions: said, labels: d@latest, key: id, target: y}}
        - \(step)

      """
    let reader = SpecReader(
      file: "job.yaml", defaultProject: "p", overrides: [], run: RunContext(id: "r", logicalTime: .init(seconds: 0)),
      use: .once)
    return try #require(try reader.read(Array(spec.utf8)).steps.last).action
  }

  @Test("a monitor's budget is a level, and a p-value takes its place")
  func monitor() throws {
    guard case .monitor(let plain) = try read("{id: s, uses: monitor, with: {model: m@champion, data: d@latest}}"),
      case .monitor(let own) = try read(
        "{id: s, uses: monitor, with: {model: m@v1, data: d@latest, tests: [ks, cramers-v], thresholds: {ks: 0.05}, alerts: {false-alarms: 2 per 365 nights, correction: holm, minimum-rows: 50}}}"
      ),
      case .monitor(let strict) = try read(
        "{id: s, uses: monitor, with: {model: m@v1, data: d@latest, thresholds: {p-value: 0.001}}}")
    else {
      Issue.record("each is a monitor step")
      return
    }
    #expect(plain.tests == [.psi] && plain.thresholds.effect(.psi) == 0.2 && plain.alerts.level == 1 / 90.0)
    #expect(own.tests == [.kolmogorovSmirnov, .cramersV] && own.thresholds.effect(.kolmogorovSmirnov) == 0.05)
    #expect(own.alerts.level == 2 / 365.0 && own.alerts.correction == .holm && own.alerts.minimumRows == 50)
    #expect(strict.alerts.level == 0.001 && strict.alerts.budget == nil)
  }

  @Test("predictions by a bare name are all versions of a dataset, by `@` one of them")
  func feedback() throws {
    guard
      case .feedback(let all) = try read(
        "{id: s, uses: feedback, with: {predictions: q/said, labels: d@latest, key: [a, b], target: y > 3, window: 30d, take: last, time: known, by: month}}"
      ),
      case .feedback(let one) = try read(
        "{id: s, uses: feedback, with: {predictions: said@v3, labels: d@latest, key: a, target: y}}")
    else {
      Issue.record("each is a feedback step")
      return
    }
    #expect(all.predictions == .history(project: "q", name: "said") && all.windowSeconds == 30 * 86_400)
    #expect(all.take == .last && all.span == .month && all.key == ["a", "b"])
    #expect(one.predictions.reference != nil && one.take == .first && one.windowSeconds == 120 * 86_400)
    guard
      case .feedback(let step) = try read(
        "{id: s, uses: feedback, with: {predictions: scored, labels: d@latest, key: a, target: y}}")
    else {
      Issue.record("it is a feedback step")
      return
    }
    #expect(step.predictions == .history(project: nil, name: "mine"))
    let action = StepAction.feedback(all)
    #expect(action.inputs.map(\.name) == ["labels"])
    #expect(action.outputs == ["": .dataset, "performance": .performance])
  }

  @Test("conditions are read one by one, all of several, by an end of an interval, and by a schedule")
  func retrain() throws {
    guard
      case .retrain(let options) = try read(
        "{id: s, uses: retrain, with: {model: m@champion, data: d@latest, scores: came.performance, when: [drift && age > 7d, auc.high < 0.6, new-rows >= 10], schedule: 0 3 1 * *, timezone: Europe/Berlin, cooldown: 2d}}"
      )
    else {
      Issue.record("it is a retrain step")
      return
    }
    #expect(options.when.count == 4 && options.when[0].parts.count == 2 && options.cooldownSeconds == 172_800)
    guard case .metric("auc", .high, .less, 0.6) = options.when[1].kind,
      case .schedule("0 3 1 * *", timezone: "Europe/Berlin") = options.when[3].kind
    else {
      Issue.record("\(options.when)")
      return
    }
  }

  @Test(
    "a mistake is told with what to do",
    arguments: [
      (
        "{id: s, uses: monitor, with: {model: m@v1, data: d@latest, tests: kolmogorov}}",
        "“kolmogorov” is not a measure: write `psi`, `ks`, `wasserstein`, `jensen-shannon`, `cramers-v`"
      ),
      (
        "{id: s, uses: monitor, with: {model: m@v1, data: d@latest, alerts: {false-alarms: often}}}",
        "“often” is not a budget of false alarms: write `1 per 90 nights`"
      ),
      (
        "{id: s, uses: monitor, with: {model: m@v1, data: d@latest, thresholds: {p-value: 0.01}, alerts: {false-alarms: 1 per 9 nights}}}",
        "`false-alarms` and the threshold `p-value` both say how sure to be: keep one of them"
      ),
      (
        "{id: s, uses: monitor, with: {model: m@v1, data: d@latest, alerts: {minimum-row: 3}}}",
        "`alerts` has no key `minimum-row`: did you mean `minimum-rows`?"
      ),
      (
        "{id: s, uses: feedback, with: {predictions: said, labels: d@latest, key: [], target: y}}",
        "`key` needs at least one column"
      ),
      (
        "{id: s, uses: feedback, with: {predictions: drift, labels: d@latest, key: a, target: y}}",
        "`predictions` takes dataset, but `drift` is drift"
      ),
      (
        "{id: s, uses: feedback, with: {predictions: said, labels: d@latest, key: a, target: y, take: last}}",
        "`take: last` needs `time:` with the moment each label became known, or a later score of the row would count"
      ),
      (
        "{id: s, uses: retrain, with: {model: m@v1}}",
        "`retrain` needs `when:` with a condition, or `schedule:` with times"
      ),
      (
        "{id: s, uses: retrain, with: {model: m@v1, when: auc.middle < 3}}",
        "“auc.middle < 3” is not a condition: write `drift`, `new-rows >= 20000`, `age > 30d` or `auc < 0.7`, and `&&` between those that belong together"
      ),
      (
        "{id: s, uses: retrain, with: {model: m@v1, when: [age > 3d && auc < 1]}}",
        "the condition “auc < 1” needs `scores:` with an evaluate step or a feedback step's performance"
      ),
      (
        "{id: s, uses: retrain, with: {model: m@v1, when: age > 3d, timezone: UTC}}",
        "`timezone` says how a `schedule` is read, and there is none"
      ),
      (
        "{id: s, uses: retrain, with: {model: m@v1, scores: drift, when: age > 3d}}",
        "`scores` takes metrics or performance, but `drift` is drift"
      ),
    ])
  func mistakes(step: String, message: String) throws {
    let error = #expect(throws: SpecError.self) { try read(step) }
    #expect(error?.mistakes.map(\.message) == [message])
  }
}
