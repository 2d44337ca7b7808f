import Foundation
@testable import Learning
import Statistics
import Tables
import Testing

@Suite struct TrainingProfileTests {
  private func profiled(_ target: String = "delay > 15", rows: Int = 2000, threads: Int = 2) throws -> Model {
    let table = SeededTable.make(rows)
    let model = try Trainer(.quick(threads: threads)).train(table, validation: nil, target: try TargetRule(target))
    return try model.profiled(table, validation: nil, threads: threads)
  }

  @Test("a profile holds what the columns held, missing values and all")
  func counts() throws {
    let table = SeededTable.make(2000)
    let profile = try #require(try profiled().profile)
    #expect(profile.rowCount == 2000 && profile.columns.map(\.name) == ["number", "carrier", "flag"])
    #expect(profile.columns.map(\.missingCount) == table.columns.prefix(3).map(\.missingCount))
    #expect(profile.columns.allSatisfy { $0.valueCount + $0.missingCount == 2000 })
    guard case .numbers(let distribution, let spread) = profile.columns[0].values,
      case .categories(let carriers, otherCount: 0) = profile.columns[1].values
    else {
      Issue.record("a number and a category are profiled as such")
      return
    }
    let exact = EmpiricalDistribution(try #require(table["number"]?.doubles))
    #expect(Divergence.kolmogorovSmirnov(exact, distribution).map { $0 <= distribution.rankError } == true)
    #expect(try #require(spread).mean > 4 && Set(carriers.map(\.text)) == ["UA", "AA", "B6"])
    #expect(profile.predictedRows == .training && profile.predictions?.valueCount == 2000)
  }

  @Test("the profile does not depend on the number of threads, nor on the batches")
  func deterministic() throws {
    let model = try profiled(threads: 1)
    #expect(try profiled(threads: 2).profile == model.profile)
    let table = SeededTable.make(2000)
    var profiler = TrainingProfiler(model.schema, threads: 2)
    for start in stride(from: 0, to: 2000, by: 300) {
      profiler.add(table.gather(Array(start..<min(2000, start + 300))))
    }
    #expect(profiler.profile.columns == model.profile?.columns)
  }

  @Test("a season's time is not profiled: it goes on by itself")
  func season() throws {
    var table = SeededTable.make(300)
    table = Table(
      columns: table.columns + [Column(name: "day", storage: .timestamps((0..<300).map { $0 * 86_400_000_000 }))],
      rowCount: 300)
    var options = TrainingOptions.quick(.seasonalNaive)
    options.season = TrainingOptions.Season(time: "day", seconds: 7 * 86_400, by: ["carrier"])
    let model = try Trainer(options).train(table, validation: nil, target: try TargetRule("delay"))
      .profiled(table, validation: nil, threads: 1)
    #expect(model.schema.features.map(\.name) == ["day", "carrier"])
    #expect(try #require(model.profile).columns.map(\.name) == ["carrier"])
  }

  @Test("what a model says to classes is profiled as their shares")
  func classes() throws {
    let profile = try #require(try profiled("carrier").profile)
    guard case .categories(let classes, _)? = profile.predictions?.values else {
      Issue.record("predictions of classes are categories")
      return
    }
    #expect(Set(classes.map(\.text)).isSubset(of: ["UA", "AA", "B6"]) && !classes.isEmpty)
  }

  @Test("a package keeps the profile, in bounded room")
  func package() throws {
    let model = try profiled(rows: 20_000)
    let files = Dictionary(uniqueKeysWithValues: try model.files().map { ($0.path, $0.bytes) })
    #expect(try Model { files[$0] }.profile == model.profile)
    #expect(try #require(files["profile.json"]).count < 80_000)
    let old = files.filter { $0.key != "profile.json" }
    #expect(try Model { old[$0] }.profile == nil)
  }

  @Test(
    "a damaged profile is refused",
    arguments: [
      ("{", "the model package is damaged: profile.json cannot be read"),
      (#"{"format":"nightshift-training-profile 9","rowCount":1,"columns":[]}"#, "profile 9"),
      (
        #"{"format":"nightshift-training-profile 1","rowCount":1,"columns":[{"name":"a","missingCount":-1,"values":{"categories":{"counts":[],"otherCount":0}}}]}"#,
        "counts that no data has"
      ),
    ])
  func damaged(json: String, message: String) throws {
    let error = #expect(throws: LearningError.self) { try TrainingProfile(Array(json.utf8)) }
    #expect(error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
  }
}
