import Foundation
@testable import Learning
import Tables
import Testing

@Suite struct ModelPackageTests {
  private func package(_ target: String = "delay > 15", _ trainer: TrainingOptions.Trainer = .xgboost) throws
    -> [String: [UInt8]]
  {
    Dictionary(uniqueKeysWithValues: try Model.quick(target, .quick(trainer)).files().map { ($0.path, $0.bytes) })
  }

  private func load(_ files: [String: [UInt8]]) throws -> Predictor {
    try Predictor(try Model { files[$0] }, threads: 1)
  }

  @Test(
    "a package read again gives the same scores and the same files",
    arguments: [
      ("delay > 15", .xgboost), ("delay", .xgboost), ("carrier", .xgboost), ("delay > 15", .baseline),
      ("carrier", .baseline),
    ] as [(String, TrainingOptions.Trainer)])
  func reload(target: String, trainer: TrainingOptions.Trainer) throws {
    let model = try Model.quick(target, .quick(trainer))
    let files = try package(target, trainer)
    let again = try Model { files[$0] }
    let rows = SeededTable.make(50, seed: 3)
    #expect(try Predictor(again, threads: 2).predict(rows).scores == Predictor(model, threads: 1).predict(rows).scores)
    #expect(try Dictionary(uniqueKeysWithValues: again.files().map { ($0.path, $0.bytes) }) == files)
    #expect(again.training == model.training && again.schema == model.schema)
  }

  @Test("the schema is written in words")
  func golden() throws {
    func schema(_ target: String, _ trainer: TrainingOptions.Trainer) throws -> String {
      String(decoding: try #require(try package(target, trainer)["schema.json"]), as: UTF8.self)
    }
    let seen = /,"seen":{[^}]*}/
    let numbers = /"seen":{"maximum":[0-9.]+,"minimum":[0-9.]+,"missing":[0-9]+,"quantiles":\[[0-9.,]+\]}/
    #expect(try schema("delay > 15", .xgboost).matches(of: seen).count == 3)
    #expect(try schema("delay > 15", .xgboost).matches(of: numbers).count == 1)
    #expect(
      try schema("delay > 15", .xgboost).replacing(seen, with: "")
        == #"{"features":[{"kind":"numeric","name":"number"},{"categories":["AA","B6","UA"],"kind":"categorical","name":"carrier"},{"kind":"boolean","name":"flag"}],"format":"nightshift-model-package 1","target":"delay > 15","task":{"kind":"binary","negative":"false","positive":"true"}}"#
    )
    #expect(
      try schema("carrier", .baseline).replacing(seen, with: "")
        == #"{"features":[{"kind":"numeric","name":"number"},{"kind":"boolean","name":"flag"},{"kind":"numeric","name":"delay"}],"format":"nightshift-model-package 1","target":"carrier","task":{"classes":["AA","B6","UA"],"kind":"multiclass"}}"#
    )
  }

  @Test(
    "each task is written in words and read again",
    arguments: [
      (.regression, #"{"kind":"regression"}"#),
      (.binary(negative: "no", positive: "yes"), #"{"kind":"binary","negative":"no","positive":"yes"}"#),
      (.multiclass(classes: ["a", "b"]), #"{"classes":["a","b"],"kind":"multiclass"}"#),
      (.quantile(levels: [0.1, 0.5]), #"{"kind":"quantile","levels":[0.1,0.5]}"#),
      (.ranking(group: "query"), #"{"group":"query","kind":"ranking"}"#),
    ] as [(ModelSchema.Task, String)])
  func tasks(task: ModelSchema.Task, text: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(task), as: UTF8.self) == text)
    #expect(try JSONDecoder().decode(ModelSchema.Task.self, from: Data(text.utf8)) == task)
  }

  @Test(
    "levels that do not ascend between 0 and 1 are refused",
    arguments: ["[]", "[0.5,0.1]", "[0.5,0.5]", "[0,0.5]", "[1]"])
  func levels(text: String) {
    let schema =
      #"{"features":[{"kind":"numeric","name":"x"}],"format":"nightshift-model-package 1","target":"y","#
      + #""task":{"kind":"quantile","levels":\#(text)}}"#
    #expect(throws: LearningError.damagedPackage("schema.json does not name ascending quantile levels between 0 and 1"))
    {
      try JSONDecoder().decode(ModelSchema.self, from: Data(schema.utf8))
    }
  }

  @Test(
    "a damaged package is refused with its file",
    arguments: [
      ("schema.json", nil, "schema.json is missing"), ("model.json", nil, "model.json is missing"),
      ("schema.json", "{", "schema.json is not JSON"), ("training.json", "{}", "training.json lacks `"),
      ("sample.json", #"{"scores":[1],"values":["x"]}"#, "sample.json holds something else than expected at `values"),
      ("sample.json", #"{"scores":[],"values":[]}"#, "sample.json does not fit schema.json"),
      ("sample.json", #"{"scores":[0.5],"values":[1,2]}"#, "sample.json does not fit schema.json"),
      ("model.json", "{\"learner\": 3}", "model.json lacks a “{” at byte 12"),
      ("model.json", "", "model.json ends too early at byte 0"),
      (
        "schema.json",
        #"{"format":"nightshift-model-package 1","features":[],"target":"t","task":{"kind":"regression"}}"#,
        "schema.json names no features"
      ),
      (
        "schema.json",
        #"{"format":"nightshift-model-package 1","features":[{"name":"a","kind":"odd"}],"target":"t","task":{"kind":"regression"}}"#,
        "schema.json has a feature of the unknown kind “odd”"
      ),
      (
        "schema.json",
        #"{"format":"nightshift-model-package 1","features":[{"name":"a","kind":"numeric"},{"name":"a","kind":"numeric"}],"target":"t","task":{"kind":"regression"}}"#,
        "schema.json names a feature twice"
      ),
      (
        "schema.json",
        #"{"format":"nightshift-model-package 1","features":[{"name":"a","kind":"categorical","categories":["x","x"]}],"target":"t","task":{"kind":"regression"}}"#,
        "schema.json names a category twice"
      ),
      (
        "schema.json",
        #"{"format":"nightshift-model-package 1","features":[{"name":"a","kind":"numeric"}],"target":"t","task":{"kind":"multiclass","classes":["x"]}}"#,
        "schema.json does not name two or more different classes"
      ),
    ] as [(String, String?, String)])
  func damaged(file: String, text: String?, reason: String) throws {
    var files = try package()
    files[file] = text.map { Array($0.utf8) }
    let error = #expect(throws: LearningError.self) { try load(files) }
    let message = try #require(error?.description)
    #expect(message.hasPrefix("the model package is damaged: \(reason)"), "\(message)")
    #expect(!message.contains("\n"))
  }

  @Test("a package of a later format is refused by its format")
  func laterFormat() throws {
    var files = try package()
    files["schema.json"] = Array(#"{"format":"nightshift-model-package 2"}"#.utf8)
    #expect(
      throws: LearningError.unknownFormat(found: "nightshift-model-package 2", known: "nightshift-model-package 1")
    ) {
      try load(files)
    }
  }

  @Test("a package that does not answer its own sample as it did is refused")
  func selfTest() throws {
    var files = try package()
    files["model.json"] = try package("delay > 5")["model.json"]
    let error = LearningError.damagedPackage("it does not answer its own sample as it did when it was made")
    #expect(throws: error) { try load(files) }
    var constant = try package("delay > 15", .baseline)
    constant["model.json"] = Array(#"{"scores":[0.25]}"#.utf8)
    #expect(throws: error) { try load(constant) }
    constant["model.json"] = Array(#"{"scores":[0.25,0.75]}"#.utf8)
    #expect(throws: LearningError.damagedPackage("model.json holds 2 scores for 1")) { try load(constant) }
  }

  @Test("a model of other features than the schema names is refused")
  func otherFeatures() throws {
    var files = try package()
    var options = TrainingOptions.quick()
    options.exclude = ["flag"]
    files["model.json"] = try Model.quick("delay > 15", options).files()[0].bytes
    let error = #expect(throws: LearningError.self) { try load(files) }
    let reason = "the model package is damaged: model.json does not fit schema.json: "
    #expect(error?.description.hasPrefix(reason) == true)
  }

  @Test("a flipped byte is never a crash, and never another answer", arguments: 0..<60)
  func flipped(seed: Int) throws {
    let files = try package("delay > 15", seed % 2 == 0 ? .xgboost : .baseline)
    let name = files.keys.sorted()[seed % 4]
    var damaged = files
    let place = (seed * 7919) % (files[name]?.count ?? 1)
    damaged[name]?[place] ^= UInt8(1 << (seed % 7))
    let rows = SeededTable.make(20, seed: 3)
    // Damage may hit a word that nobody reads, such as a curve; then the answers are as before.
    guard let answers = try? load(damaged).predict(rows).scores else { return }
    let expected = try load(files).predict(rows).scores
    #expect(zip(answers, expected).allSatisfy { abs($0 - $1) < 0.2 })
  }
}
