import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Checks PDFs with veraPDF. Arguments: flavours (2a,ua1), then files. One line each: flavour, checks, rules broken. */
public final class VeraPdf {
    public static void main(String[] argumente) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (int nr = 1; nr < argumente.length; nr++) {
            for (String flavour : argumente[0].split(",")) {
                System.out.println(flavour + " " + pruefe(argumente[nr], PDFAFlavour.fromString(flavour)));
            }
        }
    }

    private static String pruefe(String datei, PDFAFlavour art) throws Exception {
        try (FileInputStream inhalt = new FileInputStream(datei);
                PDFAParser parser = Foundries.defaultInstance().createParser(inhalt, art);
                PDFAValidator pruefer = Foundries.defaultInstance().createValidator(art, false)) {
            ValidationResult ergebnis = pruefer.validate(parser);
            StringBuilder zeile = new StringBuilder().append(ergebnis.getTotalAssertions());
            for (TestAssertion verstoss : ergebnis.getTestAssertions()) {
                zeile.append(" ").append(verstoss.getRuleId().getClause());
                zeile.append("-").append(verstoss.getRuleId().getTestNumber());
            }
            return zeile.toString();
        }
    }
}
