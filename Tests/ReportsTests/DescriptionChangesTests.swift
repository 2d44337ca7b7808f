import Records
@testable import Reports
import Testing

@Suite struct DescriptionChangesTests {
  private func description(_ columns: [DatasetDescription.Column]) -> DatasetDescription {
    DatasetDescription(fileCount: 1, totalBytes: 9, files: [], rowCount: 100, columns: columns)
  }

  private func column(
    _ name: String, _ type: String = "float", missing: Int = 0, distinct: Int = 50, mean: Double? = nil
  ) -> DatasetDescription.Column {
    DatasetDescription.Column(
      name: name, type: type, missingCount: missing, distinctCount: distinct, mean: mean, standardDeviation: 2)
  }

  @Test("a version that is like the one before says nothing")
  func same() {
    let one = description([column("a", mean: 1), column("b", "string")])
    #expect(DescriptionChanges.sentences(from: one, to: one).isEmpty)
    #expect(DescriptionChanges.sentences(from: description([]), to: one).isEmpty)
  }

  @Test("what came, went, changed its type or moved is told")
  func changes() {
    let old = description([column("gone"), column("a", mean: 1), column("b", "string"), column("c", "integer")])
    let new = description([
      column("a", missing: 10, mean: 2), column("b", "string", distinct: 1), column("c", "string"), column("new"),
    ])
    #expect(
      DescriptionChanges.sentences(from: old, to: new) == [
        "“gone” is gone", "“new” is new", "“c” was integer and is string now",
        "“a” is missing in 10 % of the rows: it was in 0.0 %",
        "the mean of “a” moved from 1.0000 to 2.0000, 0.5 standard deviations",
        "“b” has one value in all rows: it had 50",
      ])
  }
}
