internal import Foundation
internal import Store

/// The content-security policy of every page: nothing is loaded, sent or embedded, and no style or script is heeded but
/// the very bytes of ``Style`` and ``Script``.
enum ContentPolicy {
  static let text = [
    "default-src 'none'", "style-src '\(source(Style.css))'", "script-src '\(source(Script.text))'", "img-src data:",
    "base-uri 'none'", "form-action 'none'",
  ].joined(separator: "; ")

  /// `sha256-` and the base64 of the digest, as W3C's Content Security Policy Level 3 (2.3.1) names an inline text.
  static func source(_ text: String) -> String {
    "sha256-" + Data(Digest(of: Array(text.utf8)).rawBytes).base64EncodedString()
  }
}
