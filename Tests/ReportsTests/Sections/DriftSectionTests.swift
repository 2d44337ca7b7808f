import Foundation
import Records
@testable import Reports
import Store
import Testing

@Suite struct DriftSectionTests {
  private func document(drifted: Int, of count: Int, isDrifted: Bool, prediction: Bool? = nil) -> DriftDocument {
    func column(_ name: String, _ role: String, _ isDrifted: Bool) -> DriftDocument.Column {
      DriftDocument.Column(
        name: name, role: role, isDrifted: isDrifted, psi: isDrifted ? 0.4 : 0.01, test: "chi-square", statistic: 1,
        pValue: 0.5, referenceMissing: 0, currentMissing: 0,
        bins: [.init(label: "a", reference: 0.5, current: 0.4), .init(label: "b", reference: 0.5, current: 0.6)])
    }
    var columns = (0..<count).map { column("c\($0)", "feature", $0 < drifted) }
    if let prediction { columns.append(column("prediction", "prediction", prediction)) }
    return DriftDocument(
      model: Digest(of: [1]), modelVersion: nil, reference: Digest(of: [2]), referenceRowCount: 90_000,
      data: Digest(of: [3]), dataVersion: nil, rowCount: 8, isDrifted: isDrifted, psiThreshold: 0.2,
      pValueThreshold: 0.01, columnShareThreshold: 0.3, columns: columns)
  }

  @Test("columns that drifted are named where there is no alarm, with what an alarm needs")
  func noAlarm() {
    let text = DriftSection.html(document(drifted: 2, of: 12, isDrifted: false)).text
    #expect(
      text.contains("No alarm:</span> 2 of 12 columns have drifted (c0, c1), fewer than the 30 % that raise the alarm.")
    )
  }

  @Test("an alarm says which columns drifted, and that they are enough")
  func alarm() {
    let text = DriftSection.html(document(drifted: 4, of: 12, isDrifted: true)).text
    #expect(text.contains("Drift:</span> 4 of 12 columns have drifted (c0, c1, c2, c3), 30 % or more."))
  }

  @Test("what the model says raises an alarm by itself")
  func output() {
    let text = DriftSection.html(document(drifted: 1, of: 12, isDrifted: true, prediction: true)).text
    #expect(text.contains("Drift:</span> 1 of 12 columns has drifted (c0), and what the model says has drifted."))
  }

  @Test("nothing that drifted is said as such")
  func none() {
    let text = DriftSection.html(document(drifted: 0, of: 1, isDrifted: false)).text
    #expect(text.contains("No alarm:</span> none of 1 column has drifted."))
  }

  @Test("the columns that moved furthest have pictures, and the others are counted")
  func bounded() {
    let text = DriftSection.html(document(drifted: 0, of: 14, isDrifted: false)).text
    #expect(text.components(separatedBy: "<figure").count == 13)
    #expect(text.contains("2 columns that moved less are in the table alone."))
  }
}
