import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Checks a PDF with veraPDF. Arguments: file, then flavours (2a, ua1). One line each: flavour, checks, rules broken. */
public final class VeraPdf {
    public static void main(String[] argumente) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (int nr = 1; nr < argumente.length; nr++) {
            PDFAFlavour art = PDFAFlavour.fromString(argumente[nr]);
            try (FileInputStream datei = new FileInputStream(argumente[0]);
                    PDFAParser parser = Foundries.defaultInstance().createParser(datei, art);
                    PDFAValidator pruefer = Foundries.defaultInstance().createValidator(art, false)) {
                ValidationResult ergebnis = pruefer.validate(parser);
                StringBuilder zeile = new StringBuilder(argumente[nr] + " " + ergebnis.getTotalAssertions());
                for (TestAssertion verstoss : ergebnis.getTestAssertions()) {
                    zeile.append(" ").append(verstoss.getRuleId().getClause());
                    zeile.append("-").append(verstoss.getRuleId().getTestNumber());
                }
                System.out.println(zeile);
            }
        }
    }
}
