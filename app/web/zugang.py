"""Who may see a page: the same table of rights as for the interface, with a way on in place of a refusal.

Who is not logged in is sent to sign in and comes back; who has not logged in surely enough is shown the
step up (app.web.fehlerseiten makes both of the problem).
"""

from typing import Annotated, Any

from fastapi import Depends

from app.db.sitzung import Sitzung
from app.konto.niveau import Niveau
from app.konto.zugriff import Erfordernis, Recht, Wer, fuer_konto
from app.problems import Problem
from app.web.besuch import Besuch, besuch


class Seitenerfordernis(Erfordernis):
    """The check of one page. A path parameter `amt` names the town or body whose role counts."""

    async def __call__(  # type: ignore[override]  # asked by FastAPI alone, which reads the parameters
        self, sitzung: Sitzung, besuch: Annotated[Besuch, Depends(besuch)]
    ) -> Wer:
        """Who has logged in, if the account has the right."""
        if besuch.angemeldet is None:
            raise Problem(401, "nicht_angemeldet")
        return await fuer_konto(
            sitzung,
            besuch.angemeldet,
            self.recht,
            niveau=self.niveau,
            amt=besuch.anfrage.path_params.get("amt"),
        )


def seite_erfordert(recht: Recht, *, niveau: Niveau = Niveau.BASIS) -> Any:
    """Parameter annotation of a page: the person needs the right, and a login of this level or above."""
    return Depends(Seitenerfordernis(recht, niveau))
