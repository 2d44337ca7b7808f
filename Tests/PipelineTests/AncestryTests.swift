@testable import Pipeline
import Records
import Store
import Testing

@Suite struct AncestryTests {
  private func artifact(_ name: String) -> Artifact { Artifact(kind: .dataset, digest: Digest(of: Array(name.utf8))) }

  private func step(_ inputs: [String], _ outputs: [String], _ outcome: StepRecord.Outcome = .ran) -> StepRecord {
    StepRecord(
      id: "s", kind: "run", outcome: outcome,
      inputs: inputs.map { StepRecord.Input(name: $0, reference: $0, artifact: artifact($0)) },
      outputs: outputs.map { StepRecord.Output(name: $0, artifact: artifact($0)) })
  }

  @Test("ancestors are all inputs up to the raw files, of the run that made the content first")
  func ancestors() {
    let ancestry = Ancestry([
      step(["files"], ["raw"]), step(["raw"], ["train", "test"]), step(["train"], ["model"]),
      step(["other"], ["model"], .reused), step(["model"], ["scores"]), step(["x"], ["broken"], .failed),
    ])
    #expect(ancestry.ancestors(of: [artifact("model").digest]) == Set(["train", "raw", "files"].map(artifact)))
    #expect(ancestry.ancestors(of: [artifact("files").digest, artifact("broken").digest]).isEmpty)
  }

  @Test("content that a step gave back as it was does not make the walk endless")
  func cycles() {
    let ancestry = Ancestry([step(["a"], ["a", "b"])])
    #expect(ancestry.ancestors(of: [artifact("b").digest]) == [artifact("a")])
  }
}
