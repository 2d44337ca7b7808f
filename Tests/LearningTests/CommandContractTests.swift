@testable import Learning
import Tables
import Testing

@Suite struct CommandContractTests {
  private func contract(_ rest: String) throws -> CommandContract {
    let target = rest.contains("\"target\"") ? "" : #""target": "y", "#
    return try CommandContract(Array((#"{"format": "nightshift-command-model 1", "# + target + rest + "}").utf8))
  }

  @Test("features are names, or say their kind and categories; the training data tells the rest")
  func schema() throws {
    let contract = try contract(
      #""task": "multiclass", "classes": ["a", "b", "c"], "score": ["./score"], "features": ["n", "word", {"name": "code", "kind": "categorical"}, {"name": "known", "categories": ["x"]}, {"name": "flag", "kind": "boolean"}]"#
    )
    #expect(contract.openFeatures == ["n", "word", "code"])
    #expect(contract.asking == .once)
    let training = [
      "n": Column(name: "n", storage: .floats([1, 2])),
      "word": Column(name: "word", storage: .strings(.init(codes: [0, 1], values: ["v", "u"]))),
      "code": Column(name: "code", storage: .integers([20, 3])),
    ]
    let schema = try contract.schema(training)
    #expect(schema.task == .multiclass(classes: ["a", "b", "c"]))
    #expect(
      schema.features.map(\.kind) == [
        .numeric, .categorical(["u", "v"]), .categorical(["20", "3"]), .categorical(["x"]), .boolean,
      ])
  }

  @Test(
    "a mistake is told by its place",
    arguments: [
      (#""task": "binary", "score": ["s"], "features": ["x"]"#, "needs two `classes`"),
      (
        #""task": "regression", "classes": ["a"], "score": ["s"], "features": ["x"]"#, "gives `classes` to a regression"
      ),
      (#""task": "ranking", "score": ["s"], "features": ["x"]"#, "has the task “ranking”"),
      (#""task": "regression", "score": [], "features": ["x"]"#, "needs in `score` the program"),
      (#""task": "regression", "score": ["s"], "features": []"#, "names no `features`"),
      (#""task": "regression", "score": ["s"], "features": ["x", "x"]"#, "names a feature twice"),
      (#""task": "regression", "scores": ["s"], "features": ["x"]"#, "did you mean `score`?"),
      (
        #""task": "regression", "score": ["s"], "features": [{"name": "x", "kinds": "numeric"}]"#,
        "did you mean `kind`?"
      ),
      (#""task": "regression", "score": ["s"], "features": [{"name": "x", "kind": "text"}]"#, "the kind “text”"),
      (#""task": "regression", "score": ["s"], "features": ["x"], "timeout-seconds": 0"#, "`timeout-seconds` of 0.0"),
      (
        #""task": "binary", "classes": ["no", "yes"], "target": "delay > 15", "score": ["s"], "features": ["x"]"#,
        "whose `classes` are"
      ), (#""task": "regression", "target": "delay >> 15", "score": ["s"], "features": ["x"]"#, "a wrong `target`"),
      (
        #""task": "regression", "target": "x > 3", "score": ["s"], "features": ["x"]"#,
        "names “x” as a feature, which is the target"
      ),
      (#""task": "regression", "features": ["x"]"#, "lacks `score`"), (#""task": 3"#, "at `task`"),
    ])
  func mistakes(rest: String, complaint: String) throws {
    let error = #expect(throws: LearningError.self) { try contract(rest) }
    #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "")")
  }

  @Test("a feature that nobody describes is refused")
  func open() throws {
    let contract = try contract(#""task": "regression", "score": ["s"], "features": ["x"]"#)
    #expect(throws: LearningError.self) { try contract.schema([:]) }
  }

  @Test("a format of a later time is told apart from damage")
  func format() throws {
    let text = #"{"format": "nightshift-command-model 2"}"#
    #expect(throws: LearningError.unknownFormat(found: "nightshift-command-model 2", known: CommandContract.format)) {
      try CommandContract(Array(text.utf8))
    }
  }
}
