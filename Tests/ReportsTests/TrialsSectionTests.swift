import Records
@testable import Reports
import Store
import Testing

@Suite struct TrialsSectionTests {
  private static func document(_ count: Int, text: String = "lossguide", label: String? = nil) -> TrialsDocument {
    let trials = (1...count).map { number in
      var trial = TrialsDocument.Trial(
        number: number, label: number == 1 ? label : nil,
        parameters: ["eta": "\(Double(number) / 100)", "grow_policy": number % 2 == 0 ? text : "depthwise"],
        status: number % 7 == 0 ? .failed : number % 5 == 0 ? .pruned : .complete)
      trial.value = trial.status == .failed ? nil : 1 / Double(number)
      trial.foldValues = [1 / Double(number)]
      trial.reason = trial.status == .failed ? text : nil
      return trial
    }
    return TrialsDocument(
      search: "tpe", metric: "logloss", isHigherBetter: false, judgedBy: "validation", target: "y",
      data: Digest(of: []), best: trials[count - 1], trials: trials)
  }

  @Test("every value is escaped")
  func escapes() {
    let text = TrialsSection.html(Self.document(30, text: "<script>", label: "<b>x")).text
    #expect(!text.contains("<script>"))
    #expect(!text.contains("<b>x"))
    #expect(text.contains("&lt;script&gt;"))
  }

  @Test("a search of three thousand trials takes no more room than one of three hundred")
  func bounded() {
    let size = TrialsSection.html(Self.document(300)).text.utf8.count
    #expect(size < 100_000)
    #expect(TrialsSection.html(Self.document(3000)).text.utf8.count < size * 5 / 4)
  }

  @Test("what the metric follows comes first, and what it does not follow has little weight")
  func importance() {
    let shares = TrialImportance(Self.document(60)).shares
    #expect(shares.map(\.name) == ["eta", "grow_policy"])
    #expect(shares[0].value > 0.999)
    #expect(shares[1].value < 0.2)
  }

  @Test("parameters have the digits that count, and words stay as they are")
  func digits() {
    var document = Self.document(6)
    for index in document.trials.indices {
      document.trials[index].parameters = [
        "eta": "0.13554321987", "depth": "6", "grow": "1e-05x", "tiny": "1.2345e-07",
      ]
    }
    let text = TrialsSection.html(document).text
    #expect(text.contains(">0.1355<") && text.contains(">6<") && text.contains(">1e-05x<"))
    #expect(text.contains(">1.235e−7<"))
  }

  @Test("few trials say nothing of parameters")
  func fewTrials() { #expect(TrialImportance(Self.document(5)).shares.isEmpty) }
}
