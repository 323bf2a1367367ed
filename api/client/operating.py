"""What an administrator sees to: webhooks and their deliveries, exports in FHIR."""

from collections.abc import Iterable, Iterator

from api.client.calls import Calls, Row, part
from api.routes.webhooks import DeliveryView, NewWebhook, WebhookView


class Operating(Calls):
    """Webhooks and exports."""

    def webhooks(self) -> list[WebhookView]:
        """Who hears of what happens."""
        return self._get(list[WebhookView], "/webhooks")

    def add_webhook(self, url: str, topics: Iterable[str] = ()) -> NewWebhook:
        """Call an address from now on; the secret is not shown again."""
        return self._post(NewWebhook, "/webhooks", {"url": url, "topics": list(topics)})

    def webhook(self, webhook_id: str) -> WebhookView:
        """One webhook."""
        return self._get(WebhookView, f"/webhooks/{part(webhook_id)}")

    def pause_webhook(self, webhook_id: str) -> WebhookView:
        """Keep messages for later."""
        return self._post(WebhookView, f"/webhooks/{part(webhook_id)}/pause")

    def resume_webhook(self, webhook_id: str) -> WebhookView:
        """Send what was kept, and go on."""
        return self._post(WebhookView, f"/webhooks/{part(webhook_id)}/resume")

    def rotate_secret(self, webhook_id: str) -> NewWebhook:
        """Another secret, not shown again; the former one signs, too, until it is retired."""
        return self._post(NewWebhook, f"/webhooks/{part(webhook_id)}/rotate")

    def retire_secret(self, webhook_id: str) -> WebhookView:
        """Sign with the newest secret alone."""
        return self._post(WebhookView, f"/webhooks/{part(webhook_id)}/retire")

    def remove_webhook(self, webhook_id: str) -> None:
        """Call an address no more."""
        self._ask("DELETE", f"/webhooks/{part(webhook_id)}")

    def deliveries(self, state: str = "") -> Iterator[Row]:
        """What is or was on its way to webhooks."""
        return self._pages("/deliveries", state=state)

    def delivery(self, delivery_id: int) -> DeliveryView:
        """One message on its way."""
        return self._get(DeliveryView, f"/deliveries/{delivery_id}")

    def resend(self, delivery_id: int) -> DeliveryView:
        """Send a message again."""
        return self._post(DeliveryView, f"/deliveries/{delivery_id}/resend")

    def fhir(self, kind: str) -> Iterator[bytes]:
        """Resources of one type, a line each."""
        return iter(self._ask("GET", f"/fhir/{part(kind)}").body.splitlines())

    def plan_as_fhir(self, plan_id: str, form: str = "groups") -> Iterator[bytes]:
        """A plan as attribution lists (`groups`) or as updates to send (`transactions`), a line each."""
        return iter(self._ask("GET", f"/plans/{part(plan_id)}/fhir/{part(form)}").body.splitlines())
