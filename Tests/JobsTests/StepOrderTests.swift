@testable import Jobs
import Records
import Testing

@Suite struct StepOrderTests {
  /// What each step waits for, by ids.
  private func order(_ steps: String) throws -> [String: [String]] {
    let context = RunContext(id: "job-20130401T020000-7f3a", logicalTime: Timestamp(seconds: 1_364_781_600))
    let job = try SpecReader(file: "job.yaml", defaultProject: "p", run: context).read(
      Array("version: 1\nname: job\nsteps:\n\(steps)".utf8))
    let predecessors = StepOrder(job).predecessors
    return Dictionary(
      uniqueKeysWithValues: zip(job.steps, predecessors).map { ($0.id, $1.map { job.steps[$0].id }) })
  }

  @Test("a step waits for what it reads, needs or asks about, and for nothing else")
  func reads() throws {
    let order = try order(
      """
        - {id: a, run: "true", outputs: {x: {}}}
        - {id: b, run: "true"}
        - {id: c, run: "true", inputs: {x: a.x}}
        - {id: d, run: "true", needs: b}
        - {id: e, run: "true", if: steps.d.outcome == failed || steps.c.outcome == ran}

      """)
    #expect(order == ["a": [], "b": [], "c": ["a"], "d": ["b"], "e": ["c", "d"]])
  }

  @Test("who publishes a name and who reads it keep the order of the spec, in one project")
  func names() throws {
    let order = try order(
      """
        - {id: before, uses: split, with: {data: d@latest, by: hash, column: a, test: 0.5}}
        - {id: other, uses: split, with: {data: q/d@latest, by: hash, column: a, test: 0.5}}
        - {id: first, uses: snapshot, with: {from: a.csv, dataset: d}}
        - {id: between, uses: split, with: {data: p/d@latest, by: hash, column: a, test: 0.5}}
        - {id: second, uses: snapshot, with: {from: b.csv, dataset: d}}
        - {id: elsewhere, uses: snapshot, with: {from: b.csv, dataset: e}}

      """)
    #expect(order["first"] == ["before"])
    #expect(order["between"] == ["first"])
    #expect(order["second"] == ["first", "between"])
    #expect(order["other"] == [])
    #expect(order["elsewhere"] == [])
  }

  @Test("steps that read files of the machine and commands, which may write them, keep the order of the spec")
  func files() throws {
    let order = try order(
      """
        - {id: raw, uses: snapshot, with: {from: a.csv, dataset: d}}
        - {id: fetch, run: "true"}
        - {id: clean, run: "true"}
        - {id: fetched, uses: snapshot, with: {from: b.csv, dataset: e}}

      """)
    #expect(order == ["raw": [], "fetch": ["raw"], "clean": ["raw"], "fetched": ["fetch", "clean"]])
  }

  @Test("a promotion comes before whoever reads the model by an alias")
  func promotion() throws {
    let order = try order(
      """
        - {id: raw, uses: snapshot, with: {from: a.csv, dataset: d}}
        - {id: model, uses: train, with: {trainer: baseline, data: raw, target: y, model: m}}
        - {id: scores, uses: evaluate, with: {model: model, data: raw}}
        - {id: verdict, uses: gate, with: {challenger: scores, champion: m@champion, require: ["auc > 0"]}}
        - {id: release, uses: promote, with: {verdict: verdict, model: model, alias: champion}}
        - {id: predictions, uses: predict, with: {model: m@champion, data: raw, dataset: out}}

      """)
    #expect(order["verdict"] == ["model", "scores"])
    #expect(order["release"] == ["model", "verdict"])
    #expect(order["predictions"] == ["raw", "release"])
  }
}
