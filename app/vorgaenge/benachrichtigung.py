"""An applicant is told by e-mail that something lies ready, where this installation sends any; never what."""

from contextlib import suppress
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.sitzung import gelten
from app.konto import konten
from app.settings import settings
from app.versand import hinweis


async def sage_bescheid(
    session: AsyncSession, *, ags: str, einreicher_id: UUID, vorgang_id: UUID, bezug_id: UUID
) -> None:
    """One e-mail about `bezug_id`; nothing for machine clients and accounts without an address.

    Leaves the key of the town in force.
    """
    if settings().smtp_url is None:
        return
    # An account is read under its own key alone.
    await gelten(session, person=str(einreicher_id))
    konto = await konten.konto(session, einreicher_id)
    await gelten(session, gemeinde=ags)
    if konto is not None and konto.angaben.email:
        # An address that no mail goes to is the provider's; what lies ready does so all the same.
        with suppress(ValueError):
            await hinweis.benachrichtige(
                session, ags=ags, vorgang_id=vorgang_id, bezug_id=bezug_id, adresse=konto.angaben.email
            )
