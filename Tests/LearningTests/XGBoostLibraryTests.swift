@testable import Learning
import Testing

@Suite struct XGBoostLibraryTests {
  @Test("a library that is not there is named with the remedy")
  func missing() {
    let error = #expect(throws: LearningError.self) { try XGBoostLibrary.load(["/nowhere/libxgboost.so"]) }
    #expect(
      error?.description
        == "no XGBoost library (/nowhere/libxgboost.so): /nowhere/libxgboost.so: cannot open shared object file: No such file or directory; `apt-get install libxgboost-dev`, or set NIGHTSHIFT_XGBOOST to the path of a libxgboost.so"
    )
  }

  @Test("a library that is no XGBoost is named with what it lacks")
  func another() {
    #expect(throws: LearningError.noLibrary(tried: ["libc.so.6"], reason: "it lacks XGBoostVersion")) {
      try XGBoostLibrary.load(["libc.so.6"])
    }
  }

  @Test("the version is told")
  func version() throws {
    #expect(try Trainer.libraryVersion().split(separator: ".").compactMap { Int($0) }.count == 3)
  }

  @Test(
    "the stack trace and the place in the library's sources are cut off its errors",
    arguments: [
      (
        "[12:34:56] ./src/learner.cc:123: Check failed: a == b (1 vs. 2) : No.\nStack trace:\n  [bt] (0) /lib/x.so",
        "Check failed: a == b (1 vs. 2) : No."
      ),
      ("[06:01:02] /workspace/include/xgboost/json.h:42: Unknown construct", "Unknown construct"),
      ("\n[12:34:56] src/a.cc:1: Late first line", "Late first line"), ("Invalid: it is", "Invalid: it is"), ("", ""),
    ])
  func message(text: String, expected: String) {
    #expect(XGBoostLibrary.message(text) == expected)
  }

  @Test("an error of the library is one line")
  func oneLine() throws {
    let error = #expect(throws: LearningError.self) { try Booster(model: Array("{\"learner\":{}}".utf8), threads: 1) }
    let message = try #require(error?.description)
    #expect(message.hasPrefix("XGBoost refused: ") && !message.contains("\n") && !message.contains("Stack"))
  }

  @Test("many trainings side by side do not disturb each other")
  func concurrent() async throws {
    let expected = try Model.quick().files().map(\.bytes)
    let all = try await withThrowingTaskGroup(of: [[UInt8]].self) { group in
      for _ in 0..<6 { group.addTask { try Model.quick().files().map(\.bytes) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(all.allSatisfy { $0 == expected })
  }
}
