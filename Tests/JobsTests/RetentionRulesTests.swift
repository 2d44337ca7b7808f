@testable import Jobs
import Store
import Testing

@Suite struct RetentionRulesTests {
  private func settings(_ text: String) throws -> SiteSettings { try SiteSettings(Array(text.utf8), file: "n.yaml") }

  @Test("rules are read; what no rule speaks of is kept for ever")
  func reads() throws {
    let rules = try settings(
      """
      retention:
        datasets: {last: 30, daily: 30, weekly: 26}
        runs: {last: 200}
        pinned: [flights/flights@v3, flights-delay@champion]
        grace: 2d
        overrides:
          - {name: flights/raw-*, last: 5}
          - {name: "flights/*", of: models, keep: all}

      """
    ).retention
    #expect(rules.graceSeconds == 172_800)
    #expect(rules.pinned.map(\.name) == ["flights", "flights-delay"])
    #expect(
      rules.rule(.datasets, project: "p", name: "d")?.text == "retention of datasets: last 30, daily 30, weekly 26")
    #expect(rules.rule(.datasets, project: "flights", name: "raw-a")?.text == "retention of flights/raw-*: last 5")
    #expect(rules.rule(.models, project: "flights", name: "delay") == nil)
    #expect(rules.rule(.models, project: "p", name: "m") == nil)
    #expect(rules.rule(.runs, project: "flights", name: "delay")?.counts == RetentionRules.Counts(last: 200))
    #expect(try settings("name: x\n").retention == RetentionRules())
  }

  @Test(
    "each mistake is told with its place",
    arguments: [
      ("retention: {dataset: {last: 1}}\n", "1:13: `retention` has no key `dataset`: did you mean `datasets`?"),
      (
        "retention: {datasets: {lats: 1}}\n",
        """
        1:23: `retention.datasets` must say what is kept: `last`, `daily` or `weekly`
        n.yaml:1:24: `retention.datasets` has no key `lats`: did you mean `last`?
        """
      ),
      ("retention: {runs: {last: -1}}\n", "1:26: `last` must be a whole number from 0 on, not “-1”"),
      (
        "retention: {pinned: [flights]}\n",
        "1:22: “flights” is not a version: write NAME@v12, NAME@ALIAS or PROJECT/NAME@…"
      ),
      (
        "retention: {grace: 7}\n", "1:20: “7” is not a duration: write `90s`, `15m`, `1.5h` or `30d`"
      ),
      ("retention: {overrides: {last: 1}}\n", "1:24: `overrides` must be a list of mappings, not a mapping"),
      (
        "retention: {overrides: [{last: 1}]}\n",
        "1:25: an override needs `name`: A glob over PROJECT/NAME: `flights/*`."
      ),
      (
        "retention: {overrides: [{name: \"a/*\", keep: all, last: 1}]}\n",
        "1:25: an override keeps all or `last`, not both"
      ),
      (
        "retention: {overrides: [{name: \"a/[\", last: 1}]}\n",
        "1:32: “a/[” is not a glob: close its brackets and braces"
      ),
      (
        "retention: {overrides: [{name: \"a/*\", of: model, last: 1}]}\n",
        "1:43: `of` cannot be “model”: did you mean `models`?"
      ),
    ])
  func mistakes(text: String, message: String) throws {
    let error = #expect(throws: SpecError.self) { try settings(text) }
    #expect(error?.description == "n.yaml:" + message)
  }
}
